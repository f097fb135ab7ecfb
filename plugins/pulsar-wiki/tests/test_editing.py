"""Editing articles, also two edits at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from pulsar.testing.client import Client


@pytest.fixture
def path(write: Any) -> str:
    """The path of an article."""
    return f"/wiki/articles/{write('Thumbs', 'one')['id']}"


class TestEdit:
    def test_everything(self, writer: Client, path: str) -> None:
        body = {"title": "Rules", "contents": "two", "format": "markdown", "revision": 1}
        response = writer.put(path, {**body, "summary": "Why not."}, status=200).json["response"]
        assert {name: response[name] for name in ("title", "contents", "format")} == {
            "title": "Rules",
            "contents": "two",
            "format": "markdown",
        }
        assert (response["latest_revision"], response["aliases"]) == (2, ["rules", "thumbs"])
        assert response["editor"]["username"] == "writer"
        assert response == writer.get(path, status=200).json["response"]
        newest = writer.get(f"{path}/revisions").json["response"]["items"][0]
        assert (newest["revision"], newest["summary"]) == (2, "Why not.")

    def test_what_is_not_named_stays(self, writer: Client, path: str) -> None:
        response = writer.put(path, {"title": "Rules", "revision": 1}, status=200).json["response"]
        assert (response["contents"], response["format"]) == ("one", "bbcode")

    def test_nothing_new_is_no_revision(self, writer: Client, path: str) -> None:
        body = {"contents": "one", "title": " Thumbs ", "revision": 1}
        response = writer.put(path, body, status=200).json["response"]
        assert response["latest_revision"] == 1
        assert writer.put(path, {}, status=200).json["response"] == response

    def test_somebody_else_edits(self, join: Any, path: str, edit: Any) -> None:
        other = join("other", "wiki_edit_article")
        assert edit(int(path[15:]), other, contents="two")["editor"]["username"] == "other"


class TestRevision:
    """Every edit must name its revision, in the body or in ``If-Match``."""

    def test_nowhere(self, writer: Client, path: str) -> None:
        answer = writer.put(path, {"contents": "two"}, status=428)
        assert answer.json["code"] == "precondition_required"
        assert writer.get(path).json["response"]["contents"] == "one"

    def test_header(self, writer: Client, path: str) -> None:
        headers = {"If-Match": '"1"'}
        writer.put(path, {"contents": "two"}, headers=headers, status=200)
        answer = writer.put(path, {"contents": "three"}, headers=headers, status=409)
        assert answer.json["code"] == "edit_conflict"

    def test_both(self, writer: Client, path: str) -> None:
        body, headers = {"contents": "two", "revision": 2}, {"If-Match": '"1"'}
        answer = writer.put(path, body, headers=headers, status=400)
        assert answer.json["errors"] == {"revision": ["value differs from If-Match"]}
        writer.put(path, {**body, "revision": 1}, headers=headers, status=200)

    @pytest.mark.parametrize("tag", ["1", "*", 'W/"1"', '"x"', '"0"', '"1", "2"', '"²"', ""])
    def test_no_revision(self, writer: Client, path: str, tag: str) -> None:
        headers = {"If-Match": tag.encode().decode("latin-1")}
        answer = writer.put(path, {"contents": "two"}, headers=headers, status=400)
        assert list(answer.json["errors"]) == ["If-Match"]

    @pytest.mark.parametrize("number", [2, 2**31 - 1])
    def test_of_the_future(self, writer: Client, path: str, number: int) -> None:
        answer = writer.put(path, {"contents": "two", "revision": number}, status=400)
        assert answer.json["errors"] == {"revision": ["there is no such revision"]}

    def test_beyond_numbers(self, writer: Client, path: str) -> None:
        headers = {"If-Match": '"9999999999"'}
        writer.put(path, {"contents": "two"}, headers=headers, status=400)


class TestConflict:
    def test_it_tells_what_others_did(self, writer: Client, path: str) -> None:
        for number, contents in ((1, "one\ntwo"), (2, "one\nthree")):
            writer.put(path, {"contents": contents, "revision": number}, status=200)
        answer = writer.put(path, {"contents": "mine", "revision": 1}, status=409).json
        assert (answer["code"], answer["latest_revision"]) == ("edit_conflict", 3)
        assert answer["diff"]["before"]["revision"] == 1
        assert answer["diff"]["after"]["revision"] == 3
        assert [(line["kind"], line["text"]) for line in answer["diff"]["lines"]] == [
            ("same", "one"),
            ("added", "three"),
        ]
        assert writer.get(path).json["response"]["contents"] == "one\nthree"

    def test_nothing_of_it_is_stored(self, moderator: Client, path: str, edit: Any) -> None:
        edit(int(path[15:]), contents="two")
        body = {"title": "Mine", "contents": "mine", "revision": 1, "read_class": 2}
        moderator.put(path, body, status=409)
        response = moderator.get(path).json["response"]
        assert (response["aliases"], response["restricted"]) == (["thumbs"], [])

    def test_of_two_at_the_same_time_one_wins(
        self, make_site: Callable[..., Any], settle: Callable[..., Client]
    ) -> None:
        app = make_site()
        names = [f"editor{number}" for number in range(4)]
        grants = ("wiki_edit_article", "wiki_create_article")
        clients = [settle(app, name, *grants) for name in names]
        body = {"title": "Race", "contents": "begin"}
        article = clients[0].post("/wiki/articles", body, status=201).json["response"]
        path = f"/wiki/articles/{article['id']}"
        for number in range(1, 6):
            start = Barrier(len(clients), timeout=30)

            def send(
                client: Client, name: str, start: Barrier = start, number: int = number
            ) -> tuple[int, str]:
                start.wait()
                text = {"contents": f"{name} {number}", "revision": number}
                answer = client.put(path, text)
                assert answer.status_int in (200, 409), answer.text
                assert answer.status_int == 200 or answer.json["latest_revision"] == number + 1
                return answer.status_int, f"{name} {number}"

            with ThreadPoolExecutor(len(clients)) as threads:
                answers = list(threads.map(send, clients, names))
            won = [text for status, text in answers if status == 200]
            response = clients[0].get(path, status=200).json["response"]
            assert [response["contents"]] == won
            assert response["latest_revision"] == number + 1
        history = clients[0].get(f"{path}/revisions").json["response"]["items"]
        assert [item["revision"] for item in history] == [6, 5, 4, 3, 2, 1]


class TestTitle:
    def test_taken(self, writer: Client, path: str, write: Any) -> None:
        write("Rules", aliases=["law"])
        for title in ("RULES", "L a w"):
            answer = writer.put(path, {"title": title, "revision": 1}, status=409).json
            assert answer["code"] == "alias_taken"
            assert answer["response"].startswith("The wiki alias ")
        assert writer.get(path).json["response"]["latest_revision"] == 1

    def test_back_to_an_older_one(self, path: str, edit: Any) -> None:
        article_id = int(path[15:])
        edit(article_id, title="Rules")
        article = edit(article_id, title="Thumbs")
        assert article["aliases"] == ["rules", "thumbs"]

    @pytest.mark.parametrize("title", ["Recent", "articles", "[]", "."])
    def test_no_alias(self, writer: Client, path: str, title: str) -> None:
        answer = writer.put(path, {"title": title, "revision": 1}, status=400)
        assert answer.json["errors"] == {"title": ["value gives no alias"]}
