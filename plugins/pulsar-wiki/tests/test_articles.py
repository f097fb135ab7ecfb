"""Writing, showing, listing and searching articles."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy.orm import Session

from pulsar.testing.client import Client
from wiki.queries import count_articles


def titles(client: Client, **query: Any) -> list[str]:
    """Return the titles of the listed articles."""
    answer = client.get(f"/wiki/articles?{urlencode(query)}", status=200)
    return [item["title"] for item in answer.json["response"]["items"]]


class TestLandingPage:
    def test_a_new_site_has_it(self, member: Client) -> None:
        response = member.get("/wiki", status=200).json["response"]
        assert response == member.get("/wiki/articles/1", status=200).json["response"]
        assert response == member.get("/wiki/welcome", status=200).json["response"]
        assert (response["id"], response["title"], response["language"]) == (
            1,
            "Welcome",
            "English",
        )
        assert (response["latest_revision"], response["editor"]) == (1, None)
        assert response["contents_html"].startswith("<p>This is the first page")

    def test_it_is_found(self, member: Client) -> None:
        assert titles(member, q="first page wiki") == ["Welcome"]

    def test_it_stays(self, moderator: Client) -> None:
        answer = moderator.delete("/wiki/articles/1", status=409)
        assert answer.json["code"] == "landing_page"
        moderator.get("/wiki", status=200)

    def test_it_is_linked(self, client: Client) -> None:
        assert client.get("/").json["response"]["links"]["wiki"].endswith("/wiki")


class TestCreate:
    def test_everything(self, moderator: Client, write: Any, german: str) -> None:
        article = write(
            " Of Thumb and Rule ",
            "# One\n**Bold**",
            moderator,
            format="markdown",
            language="gERMAN",
            aliases=["Thumb", "RULES"],
            read_class=1,
            edit_class=2,
        )
        assert article.pop("id") > 1
        assert article.pop("created") == article.pop("edited")
        assert article == {
            "title": "Of Thumb and Rule",
            "contents": "# One\n**Bold**",
            "format": "markdown",
            "contents_html": '<h1 id="section-one">One</h1>\n<p><strong>Bold</strong></p>\n',
            "toc": [{"level": 1, "title": "One", "anchor": "section-one", "children": []}],
            "language": "German",
            "languages": ["German"],
            "aliases": ["ofthumbandrule", "rules", "thumb"],
            "latest_revision": 1,
            "editor": {"id": article["editor"]["id"], "username": "moderator"},
            "read_class": {"id": 1, "name": "User"},
            "edit_class": {"id": 2, "name": "Staff"},
            "restricted": ["read", "edit"],
            "watched": False,
            "deleted": None,
        }

    def test_headings_of_bbcode(self, write: Any, writer: Client) -> None:
        article = write("Title", "[h2]Rules [b]1[/b][/h2]x[h3]Why[/h3]", format="bbcode")
        response = writer.get(f"/wiki/articles/{article['id']}").json["response"]
        inner = {"level": 3, "title": "Why", "anchor": "section-why", "children": []}
        assert response["toc"] == [
            {"level": 2, "title": "Rules 1", "anchor": "section-rules-1", "children": [inner]}
        ]
        assert '<h3 id="section-why">Why</h3>' in response["contents_html"]

    def test_little(self, write: Any, writer: Client, registry: Any) -> None:
        article = write("Title", "")
        assert (article["language"], article["contents"], article["contents_html"]) == (
            "English",
            "",
            "",
        )
        assert article["format"] == registry.settings["pulsar.text_format"]
        assert (article["read_class"], article["edit_class"]) == (None, None)
        assert article.keys().isdisjoint({"restricted", "deleted"})

    def test_location(self, writer: Client) -> None:
        answer = writer.post("/wiki/articles", {"title": "T", "contents": ""}, status=201)
        response = writer.get(answer.headers["Location"], status=200).json["response"]
        assert response == answer.json["response"]

    @pytest.mark.parametrize("title", ["", " ", "\u3000", "a\nb", "a\u202eb", "x" * 129])
    def test_bad_titles(self, write: Any, title: str) -> None:
        assert "title" in write(title, status=400)["errors"]

    def test_long_contents(self, write: Any) -> None:
        longest = "x" * 500_000
        assert write("Long", longest)["contents"] == longest
        assert "contents" in write("Longer", longest + "x", status=400)["errors"]

    def test_unknown_format(self, write: Any) -> None:
        assert "format" in write(format="html", status=400)["errors"]

    def test_unknown_language(self, write: Any) -> None:
        answer = write(language="Klingon", status=400)
        assert answer["code"] == "unknown_language"
        assert answer["response"] == "Invalid WikiLanguage Klingon."

    @pytest.mark.parametrize("field", ["read_class", "edit_class"])
    def test_unknown_class(self, write: Any, moderator: Client, field: str) -> None:
        answer = write("T", client=moderator, status=400, **{field: 4711})
        assert answer["errors"] == {field: ["Invalid UserClass id."]}

    @pytest.mark.parametrize("field", ["read_class", "edit_class"])
    def test_classes_need_their_permission(self, write: Any, member: Client, field: str) -> None:
        write("T", status=403, **{field: 1})
        assert titles(member) == ["Welcome"]


class TestShow:
    def test_missing(self, member: Client) -> None:
        answer = member.get("/wiki/articles/4711", status=404)
        assert answer.json["response"] == "WikiArticle 4711 does not exist."


class TestDelete:
    def test_and_restore(
        self, moderator: Client, member: Client, staff: Client, write: Any
    ) -> None:
        path = f"/wiki/articles/{write('Thumbs')['id']}"
        answer = moderator.delete(path, status=200)
        assert answer.json["response"] == f"WikiArticle {path[15:]} has been deleted."
        for where in (path, "/wiki/thumbs", f"{path}/revisions", f"{path}/links"):
            member.get(where, status=404)
        assert titles(member) == titles(member, include_dead="1") == ["Welcome"]
        assert titles(member, q="thumbs") == []
        assert titles(moderator) == ["Welcome"]
        assert titles(moderator, include_dead="1") == ["Thumbs", "Welcome"]
        assert moderator.get("/wiki/thumbs", status=200).json["response"]["deleted"] is not None
        response = moderator.post(f"{path}/restore", status=200).json["response"]
        assert (response["title"], response["deleted"]) == ("Thumbs", None)
        member.get(path, status=200)
        assert titles(member, q="thumbs") == ["Thumbs"]
        log = staff.get("/site_log", status=200).json["response"]["items"]
        assert [entry["action"] for entry in log][:2] == [
            "wiki_article_restored",
            "wiki_article_deleted",
        ]

    def test_twice(self, moderator: Client, staff: Client, write: Any) -> None:
        path = f"/wiki/articles/{write()['id']}"
        moderator.post(f"{path}/restore", status=200)
        for _ in range(2):
            moderator.delete(path, status=200)
        log = staff.get("/site_log", status=200).json["response"]["items"]
        assert [entry["action"] for entry in log].count("wiki_article_deleted") == 1
        assert "wiki_article_restored" not in [entry["action"] for entry in log]

    def test_its_aliases_are_free_for_whoever_does_not_see_it(
        self, moderator: Client, write: Any
    ) -> None:
        moderator.delete(f"/wiki/articles/{write('Thumbs')['id']}", status=200)
        assert write("Thumbs", client=moderator, status=409)["code"] == "alias_taken"
        write("Thumbs")


class TestList:
    @pytest.fixture(autouse=True)
    def articles(self, write: Any, german: str, writer: Client) -> None:
        """Three articles, of which one is translated."""
        article = write("banana", "A yellow fruit.")
        write("Apple", "A red fruit, or a green one.")
        write("cherry", "Also red.")
        body = {"title": "Banane", "contents": "Gelb, auch fruit.", "language": german}
        writer.post(f"/wiki/articles/{article['id']}/translations", body, status=201)

    def test_order(self, member: Client) -> None:
        by_title = ["Apple", "banana", "cherry", "Welcome"]
        assert titles(member) == by_title
        assert titles(member, order_way="desc") == by_title[::-1]
        by_time = ["Welcome", "banana", "Apple", "cherry"]
        assert titles(member, order_by="edited") == by_time
        assert titles(member, order_by="edited", order_way="desc") == by_time[::-1]

    def test_language(self, member: Client) -> None:
        assert titles(member, language="german") == ["Banane"]
        assert titles(member, language="English", q="fruit") == ["Apple", "banana"]
        answer = member.get("/wiki/articles?language=Klingon", status=400)
        assert answer.json["response"] == "Invalid WikiLanguage Klingon."

    def test_search(self, member: Client) -> None:
        shown_titles = {
            "red": ["Apple", "cherry"],
            "fruit": ["Apple", "banana", "Banane"],
            "apple": ["Apple"],
            "fruit -red": ["banana", "Banane"],
            '"red fruit"': ["Apple"],
            "gel*": ["Banane"],
            "nothing": [],
            " ": ["Apple", "banana", "cherry", "Welcome"],
        }
        assert {q: titles(member, q=q) for q in shown_titles} == shown_titles

    def test_search_after_an_edit(self, member: Client, edit: Any) -> None:
        article_id = member.get("/wiki/apple").json["response"]["id"]
        edit(article_id, title="Pear", contents="Only green.")
        assert titles(member, q="red") == ["cherry"]
        assert titles(member, q="pear green") == ["Pear"]

    def test_pages(self, member: Client) -> None:
        articles = member.get("/wiki/articles?limit=3&page=2", status=200).json["response"]
        assert [item["title"] for item in articles["items"]] == ["Welcome"]
        assert (articles["total"], articles["pages"]) == (4, 2)

    def test_no_texts(self, member: Client) -> None:
        items = member.get("/wiki/articles", status=200).json["response"]["items"]
        assert all(item.keys().isdisjoint({"contents", "contents_html", "toc"}) for item in items)
        assert [item["languages"] for item in items][1] == ["English", "German"]
        assert [item["aliases"] for item in items][1] == ["banana", "banane"]

    def test_statistic(self, member: Client, moderator: Client, db: Session) -> None:
        assert count_articles(db) == 4
        moderator.delete(f"/wiki/articles/{member.get('/wiki/apple').json['response']['id']}")
        assert count_articles(db) == 3

    def test_sql_does_not_grow(self, member: Client, count_sql: Any) -> None:
        member.get("/wiki/articles", status=200)
        # One statement each: the total, the articles, their languages and their aliases.
        for limit in (1, 4):
            with count_sql() as statements:
                articles = member.get(f"/wiki/articles?limit={limit}", status=200).json["response"]
            assert len(articles["items"]) == limit
            assert len(statements) == 4
