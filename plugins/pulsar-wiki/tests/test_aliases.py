"""The names by which articles are found."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from urllib.parse import quote

import pytest

from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from wiki.names import alias_of


class TestForm:
    @pytest.mark.parametrize(
        ("text", "alias"),
        [
            ("Rules of Thumb", "rulesofthumb"),
            ("STRASSE Straße", "strassestrasse"),
            ("Ａ\u3000B\u200bC\tD", "abcd"),
            ("AC/DC [live]|x\\", "acdclivex"),
            ("C# & D?", "c#&d?"),
            ("e\u0301", "é"),
            ("x" * 200, "x" * 128),
            ("", None),
            (" / ", None),
            (".", None),
            (". .", None),
            ("@@x", None),
            ("...", "..."),
        ],
    )
    def test_one_spelling(self, text: str, alias: str | None) -> None:
        assert alias_of(text) == alias
        if alias is not None:
            assert alias_of(alias) == alias


class TestShow:
    @pytest.mark.parametrize("name", ["c#&d?", "C# & D?", "C# &\u3000D?"])
    def test_in_any_spelling(self, member: Client, write: Any, name: str) -> None:
        made = write("C# & D?")
        shown = member.get(f"/wiki/{quote(name)}", status=200).json["response"]
        assert shown == made

    @pytest.mark.parametrize("name", ["nothing", "%00", ".x", "x" * 2000, "%5B%5B"])
    def test_missing(self, member: Client, name: str) -> None:
        assert member.get(f"/wiki/{name}", status=404).json["code"] == "not_found"

    def test_only_for_reading(self, moderator: Client) -> None:
        for method in ("PUT", "DELETE", "POST"):
            assert moderator.request(method, "/wiki/welcome", status=405)
        moderator.get("/wiki/welcome/revisions", status=404)

    def test_names_come_first(self, member: Client) -> None:
        assert "items" in member.get("/wiki/recent", status=200).json["response"]


class TestCreate:
    @pytest.mark.parametrize("title", ["Thumbs", "T H U M B S", "thu/mbs"])
    def test_taken(self, write: Any, title: str, member: Client) -> None:
        write("Thumbs")
        answer = write(title, status=409)
        assert answer["code"] == "alias_taken"
        assert answer["response"] == "The wiki alias thumbs has already been taken."
        assert "existing_id" not in answer
        assert member.get("/wiki/articles").json["response"]["total"] == 2

    def test_taken_by_a_hidden_article(
        self, write: Any, writer: Client, moderator: Client, factory: Factory
    ) -> None:
        """It is refused like a name that is reserved, so that nobody learns of the article."""
        upper = factory.user_class("Upper", rank=700)
        write("Secret", client=moderator, read_class=upper.id, aliases=["plan"])
        for title in ("Secret", "P l a n"):
            assert write(title, status=400) == write("Articles", status=400)
        answers = [
            write("Other", aliases=["new", alias], status=400) for alias in ("plan", "recent")
        ]
        assert answers[0] == answers[1]
        path = f"/wiki/articles/{write('Other')['id']}/aliases"
        answers = [
            writer.post(path, {"alias": alias}, status=400).json for alias in ("plan", "recent")
        ]
        assert answers[0] == answers[1]
        writer.get("/wiki/plan", status=404)

    def test_one_of_others_taken(self, write: Any) -> None:
        write("Thumbs")
        answer = write("Other", aliases=["new", "thumbs"], status=409)
        assert answer["response"] == "The wiki alias thumbs has already been taken."
        write("New")

    def test_twice_the_same(self, write: Any) -> None:
        made = write("Thumbs", aliases=["thumbs", "THUMBS"])
        assert made["aliases"] == ["thumbs"]

    @pytest.mark.parametrize("title", ["Articles", "LANGUAGES", "re cent", "/", "..", "@@title"])
    def test_none(self, write: Any, title: str) -> None:
        assert write(title, status=400)["errors"] == {"title": ["value gives no alias"]}

    @pytest.mark.parametrize("alias", ["", " ", "a/b", "[x]", "a\nb", "..", "x" * 129])
    def test_bad_ones(self, write: Any, writer: Client, alias: str) -> None:
        assert "aliases.0" in write("Thumbs", aliases=[alias], status=400)["errors"]
        path = f"/wiki/articles/{write('Other')['id']}/aliases"
        assert "alias" in writer.post(path, {"alias": alias}, status=400).json["errors"]

    def test_many(self, write: Any) -> None:
        assert "aliases" in write("T", aliases=[f"a{n}" for n in range(21)], status=400)["errors"]

    def test_of_two_at_the_same_time_one_wins(
        self, make_site: Callable[..., Any], settle: Callable[..., Client]
    ) -> None:
        app = make_site()
        clients = [settle(app, f"writer{n}", "wiki_create_article") for n in range(4)]
        start = Barrier(len(clients), timeout=30)

        def send(client: Client) -> int:
            start.wait()
            return client.post("/wiki/articles", {"title": "Race", "contents": ""}).status_int

        with ThreadPoolExecutor(len(clients)) as threads:
            answers = sorted(threads.map(send, clients))
        assert answers == [201, 409, 409, 409]
        assert clients[0].get("/wiki/articles").json["response"]["total"] == 2


class TestChange:
    @pytest.fixture
    def path(self, write: Any) -> str:
        """The aliases of an article."""
        return f"/wiki/articles/{write('Thumbs')['id']}/aliases"

    def test_add(self, writer: Client, member: Client, path: str) -> None:
        shown = writer.post(path, {"alias": "Big Toes"}, status=200).json["response"]
        assert shown["aliases"] == ["bigtoes", "thumbs"]
        assert member.get("/wiki/bigtoes", status=200).json["response"] == shown

    def test_add_a_taken_one(self, writer: Client, path: str) -> None:
        answer = writer.post(path, {"alias": "welcome"}, status=409)
        assert answer.json["response"] == "The wiki alias welcome has already been taken."

    def test_add_a_reserved_one(self, writer: Client, path: str) -> None:
        answer = writer.post(path, {"alias": "Recent"}, status=400)
        assert answer.json["errors"] == {"alias": ["value is reserved"]}

    def test_remove(self, writer: Client, member: Client, path: str, write: Any) -> None:
        answer = writer.delete(f"{path}/Thumbs", status=200)
        assert answer.json["response"] == "WikiAlias thumbs has been deleted."
        member.get("/wiki/thumbs", status=404)
        write("Thumbs")

    def test_of_a_removed_one_the_log_tells(self, writer: Client, path: str, staff: Client) -> None:
        writer.delete(f"{path}/thumbs", status=200)
        (entry,) = staff.get("/site_log").json["response"]["items"]
        assert (entry["action"], entry["before"]) == ("wiki_alias_removed", {"alias": "thumbs"})

    def test_remove_another_articles(self, writer: Client, path: str) -> None:
        for name in ("welcome", "nothing", "%5B"):
            writer.delete(f"{path}/{name}", status=404)
        writer.get("/wiki/welcome", status=200)
