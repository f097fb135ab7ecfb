"""Articles in several languages."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client


@pytest.fixture
def path(write: Any, writer: Client, german: str) -> str:
    """The path of an article with a translation."""
    path = f"/wiki/articles/{write('Thumbs', 'one')['id']}"
    body = {"title": "Daumen", "contents": "eins", "language": german}
    writer.post(f"{path}/translations", body, status=201)
    return path


class TestShow:
    def test_in_each_language(self, member: Client, path: str) -> None:
        english = member.get(path, status=200).json["response"]
        assert english == member.get(f"{path}?language=ENGLISH", status=200).json["response"]
        german = member.get(f"{path}?language=german", status=200).json["response"]
        assert (english["title"], english["language"]) == ("Thumbs", "English")
        assert (german["title"], german["language"]) == ("Daumen", "German")
        assert german["contents"] == "eins"
        for name in ("id", "aliases", "languages", "created"):
            assert english[name] == german[name]
        assert german["languages"] == ["English", "German"]
        for alias in ("thumbs", "daumen"):
            assert member.get(f"/wiki/{alias}", status=200).json["response"] == english
            article = member.get(f"/wiki/{alias}?language=German", status=200).json["response"]
            assert article == german

    def test_languages_are_those_of_the_article(self, write: Any, path: str) -> None:
        assert write("Other")["languages"] == ["English"]

    def test_unknown_language(self, member: Client, path: str) -> None:
        for place in (path, "/wiki", "/wiki/thumbs", f"{path}/revisions", f"{path}/revisions/1"):
            answer = member.get(f"{place}?language=Klingon", status=400)
            assert answer.json["response"] == "Invalid WikiLanguage Klingon."
            assert answer.json["code"] == "unknown_language"

    def test_missing_translation(self, member: Client, path: str) -> None:
        for place in ("/wiki/articles/1", "/wiki", "/wiki/welcome", "/wiki/articles/1/revisions"):
            member.get(f"{place}?language=German", status=404)

    def test_list(self, member: Client, path: str) -> None:
        translations = member.get(f"{path}/translations", status=200).json["response"]
        assert translations["total"] == 2
        assert [(item["language"], item["title"]) for item in translations["items"]] == [
            ("English", "Thumbs"),
            ("German", "Daumen"),
        ]


class TestCreate:
    def test_answer(self, writer: Client, german: str, write: Any) -> None:
        path = f"/wiki/articles/{write('Thumbs')['id']}"
        body = {"title": "Daumen", "contents": "eins", "language": "german", "format": "bbcode"}
        answer = writer.post(f"{path}/translations", body, status=201)
        response = writer.get(answer.headers["Location"], status=200).json["response"]
        assert response == answer.json["response"]
        assert (response["language"], response["latest_revision"]) == ("German", 1)

    def test_twice(self, writer: Client, path: str, german: str) -> None:
        body = {"title": "Nochmals", "contents": "zwei", "language": german}
        answer = writer.post(f"{path}/translations", body, status=409)
        assert answer.json["code"] == "translation_exists"
        writer.get("/wiki/nochmals", status=404)
        assert writer.get(f"{path}?language=German").json["response"]["contents"] == "eins"

    def test_unknown_language(self, writer: Client, path: str) -> None:
        body = {"title": "x", "contents": "", "language": "Klingon"}
        writer.post(f"{path}/translations", body, status=400)

    @pytest.mark.parametrize("title", ["Welcome", "Recent", "[]"])
    def test_a_title_that_gives_no_alias(
        self, writer: Client, german: str, write: Any, title: str
    ) -> None:
        article = write("Thumbs")
        body = {"title": title, "contents": "", "language": german}
        path = f"/wiki/articles/{article['id']}/translations"
        response = writer.post(path, body, status=201).json["response"]
        assert (response["title"], response["aliases"]) == (title, ["thumbs"])


class TestEdit:
    def test_revisions_are_counted_by_language(self, writer: Client, path: str, edit: Any) -> None:
        edit(int(path[15:]), contents="two")
        edit(int(path[15:]), language="German", contents="zwei", title="Welcome")
        edit(int(path[15:]), language="German", contents="drei")
        german = writer.get(f"{path}?language=German").json["response"]
        assert (german["contents"], german["latest_revision"]) == ("drei", 3)
        assert german["aliases"] == ["daumen", "thumbs"]
        english = writer.get(path).json["response"]
        assert (english["contents"], english["latest_revision"]) == ("two", 2)
        assert english["title"] == "Thumbs"
        revision = writer.get(f"{path}/revisions/1?language=German", status=200).json["response"]
        assert (revision["contents"], revision["language"]) == ("eins", "German")
        writer.get(f"{path}/revisions/3", status=404)
        diff = writer.get(f"{path}/revisions/3/diff?language=German&against=1").json["response"]
        assert [line["text"] for line in diff["lines"]] == ["eins", "drei"]

    def test_rollback(self, writer: Client, path: str, edit: Any) -> None:
        edit(int(path[15:]), language="German", contents="zwei")
        body = {"language": "German"}
        response = writer.post(f"{path}/revisions/1/rollback", body, status=200).json["response"]
        assert (response["language"], response["contents"]) == ("German", "eins")

    def test_missing_translation(self, writer: Client, path: str) -> None:
        body = {"language": "German", "contents": "x", "revision": 1}
        writer.put("/wiki/articles/1", body, status=404)
        writer.put("/wiki/articles/1", {**body, "language": "Klingon"}, status=400)


class TestLanguages:
    def test_list(self, member: Client, german: str) -> None:
        items = member.get("/wiki/languages", status=200).json["response"]["items"]
        assert items[0] == {"id": 1, "language": "English", "main": True}
        assert (items[1]["language"], items[1]["main"]) == ("German", False)

    @pytest.mark.parametrize("name", ["German", "GERMAN"])
    def test_taken(self, moderator: Client, german: str, name: str) -> None:
        answer = moderator.post("/wiki/languages", {"language": name}, status=409)
        assert answer.json["code"] == "language_exists"
        assert moderator.put("/wiki/languages/1", {"language": name}, status=409)

    def test_rename(self, moderator: Client, member: Client, staff: Client) -> None:
        moderator.put("/wiki/languages/1", {"language": "Svenska"}, status=200)
        assert member.get("/wiki").json["response"]["language"] == "Svenska"
        (entry,) = staff.get("/site_log").json["response"]["items"]
        assert entry["action"] == "wiki_language_renamed"
        assert (entry["before"], entry["after"]) == (
            {"language": "English"},
            {"language": "Svenska"},
        )

    def test_rename_what_is_missing(self, moderator: Client) -> None:
        moderator.put("/wiki/languages/4711", {"language": "x"}, status=404)
