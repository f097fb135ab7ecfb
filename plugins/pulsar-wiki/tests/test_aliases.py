"""The aliases of articles."""

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
        article = write("C# & D?")
        response = member.get(f"/wiki/{quote(name)}", status=200).json["response"]
        assert response == article

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

    def test_one_of_others_taken(self, write: Any) -> None:
        write("Thumbs")
        answer = write("Other", aliases=["new", "thumbs"], status=409)
        assert answer["response"] == "The wiki alias thumbs has already been taken."
        write("New")

    def test_twice_the_same(self, write: Any) -> None:
        article = write("Thumbs", aliases=["thumbs", "THUMBS"])
        assert article["aliases"] == ["thumbs"]

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
        """The path of the aliases of an article."""
        return f"/wiki/articles/{write('Thumbs')['id']}/aliases"

    def test_add(self, writer: Client, member: Client, path: str) -> None:
        response = writer.post(path, {"alias": "Big Toes"}, status=200).json["response"]
        assert response["aliases"] == ["bigtoes", "thumbs"]
        assert member.get("/wiki/bigtoes", status=200).json["response"] == response

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


class TestHidden:
    """An article that only some members see, with the aliases "secret" and "plan"."""

    @pytest.fixture
    def hidden(self, write: Any, moderator: Client, factory: Factory) -> int:
        """The id of the hidden article."""
        upper = factory.user_class("Upper", rank=700)
        article = write("Secret", client=moderator, read_class=upper.id, aliases=["plan"])
        return int(article["id"])

    @pytest.fixture
    def upper(self, hidden: int, join: Any) -> Client:
        """A member who reads the hidden article, and writes."""
        client: Client = join("upper", "wiki_create_article", "wiki_edit_article", rank=800)
        return client

    @pytest.fixture
    def leads(self, upper: Client, writer: Client) -> Any:
        """``leads("plan")``: the articles that the alias leads to, for a reader and for others."""

        def find(alias: str) -> list[int | None]:
            answers = [client.get(f"/wiki/{alias}") for client in (upper, writer)]
            return [
                answer.json["response"]["id"] if answer.status_int == 200 else None
                for answer in answers
            ]

        return find

    @pytest.mark.parametrize("title", ["Secret", "P l a n"])
    def test_writing_does_not_tell(
        self, hidden: int, write: Any, writer: Client, leads: Any, title: str, german: str
    ) -> None:
        """Each response is the same as if no article had the alias."""
        alias = alias_of(title)
        article = write(title, aliases=["secret", "plan"])
        assert alias in article["aliases"]
        assert leads(alias) == [hidden, article["id"]]
        assert writer.get("/wiki/articles").json["response"]["total"] == 2

    def test_adding_does_not_tell(
        self, hidden: int, write: Any, writer: Client, leads: Any
    ) -> None:
        article_id = write("Other")["id"]
        path = f"/wiki/articles/{article_id}/aliases"
        response = writer.post(path, {"alias": "plan"}, status=200).json["response"]
        assert response["aliases"] == ["other", "plan"]
        assert leads("plan") == [hidden, article_id]
        writer.delete(f"{path}/plan", status=200)
        assert leads("plan") == [hidden, None]

    def test_editing_does_not_tell(
        self, hidden: int, write: Any, edit: Any, writer: Client, leads: Any
    ) -> None:
        article_id = write("Other")["id"]
        assert edit(article_id, title="Secret")["aliases"] == ["other", "secret"]
        path = f"/wiki/articles/{article_id}/revisions/2/rollback"
        edit(article_id, title="Third")
        writer.post(path, status=200)
        assert leads("secret") == [hidden, article_id]

    @pytest.mark.parametrize("translator", ["writer", "upper"])
    def test_translating_does_not_tell(
        self,
        hidden: int,
        write: Any,
        german: str,
        leads: Any,
        translator: str,
        request: pytest.FixtureRequest,
    ) -> None:
        """The translator does not matter: a missing alias would reveal the hidden article."""
        article_id = write("Other")["id"]
        body = {"title": "Plan", "contents": "", "language": german}
        path = f"/wiki/articles/{article_id}/translations"
        answer = request.getfixturevalue(translator).post(path, body, status=201)
        assert answer.json["response"]["aliases"] == ["other", "plan"]
        assert leads("plan") == [hidden, article_id]

    def test_who_sees_it_is_refused(
        self, hidden: int, write: Any, upper: Client, moderator: Client
    ) -> None:
        path = f"/wiki/articles/{write('Other')['id']}/aliases"
        for client in (upper, moderator):
            assert write("Secret", client=client, status=409)["code"] == "alias_taken"
            client.post(path, {"alias": "plan"}, status=409)

    def test_who_sees_both_may_edit_the_other(
        self, hidden: int, write: Any, edit: Any, upper: Client
    ) -> None:
        article_id = write("Secret")["id"]
        article = edit(article_id, client=upper, title="SECRET", contents="New.")
        assert (article["title"], article["aliases"]) == ("SECRET", ["secret"])

    @pytest.mark.parametrize("direction", ["to", "from"])
    def test_links_lead_where_the_alias_does(
        self, hidden: int, write: Any, writer: Client, upper: Client, direction: str
    ) -> None:
        other = write("Plan")["id"]
        source = write("Source", "[[plan]]")["id"]

        def links(client: Client, article_id: int) -> list[int | None]:
            path = f"/wiki/articles/{article_id}/links?direction={direction}"
            items = client.get(path, status=200).json["response"]["items"]
            return [item["article_id"] for item in items]

        if direction == "from":
            assert (links(upper, source), links(writer, source)) == ([hidden], [other])
        else:
            assert (links(upper, hidden), links(upper, other)) == ([source], [])
            assert links(writer, other) == [source]

    def test_it_becomes_public(
        self, hidden: int, write: Any, moderator: Client, leads: Any, writer: Client
    ) -> None:
        """The alias leads to the article that had it first; the other one keeps it."""
        other = write("Secret")["id"]
        moderator.put(f"/wiki/articles/{hidden}", {"read_class": None}, status=200)
        assert leads("secret") == [hidden, hidden]
        path = f"/wiki/articles/{other}"
        assert writer.get(path, status=200).json["response"]["aliases"] == ["secret"]
        writer.delete(f"/wiki/articles/{hidden}/aliases/secret", status=200)
        assert leads("secret") == [other, other]

    def test_a_deleted_one_is_restored(self, write: Any, moderator: Client, writer: Client) -> None:
        first = write("Thumbs")["id"]
        moderator.delete(f"/wiki/articles/{first}", status=200)
        second = write("Thumbs")["id"]

        def leads() -> list[int]:
            return [
                client.get("/wiki/thumbs", status=200).json["response"]["id"]
                for client in (writer, moderator)
            ]

        assert leads() == [second, second]
        moderator.post(f"/wiki/articles/{first}/restore", status=200)
        assert leads() == [first, first]

    def test_statements(self, hidden: int, write: Any, writer: Client, count_sql: Any) -> None:
        """As many statements as for an alias that no article has."""
        write("Warm")
        counts = []
        for title in ("Free", "Secret"):
            body = {"title": title, "contents": "", "aliases": ["plan"] * (title == "Secret")}
            with count_sql() as statements:
                writer.post("/wiki/articles", body, status=201)
            counts.append(len(statements))
        assert counts[0] == counts[1]
