"""Links to articles, and from them."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client


@pytest.fixture
def links(member: Client) -> Any:
    """``links(id, "to")``: the links of an article."""

    def read(article_id: int, direction: str) -> list[tuple[Any, ...]]:
        path = f"/wiki/articles/{article_id}/links?direction={direction}"
        response = member.get(path, status=200).json["response"]
        assert response["total"] == len(response["items"])
        names = ("alias", "language", "article_id", "title")
        return [tuple(item[name] for name in names) for item in response["items"]]

    return read


class TestLinks:
    def test_from(self, write: Any, links: Any) -> None:
        target = write("Toes")["id"]
        source = write("Thumbs", "[[Toes]] [[TOES|x]] [[Absent]] `[[code]]`", format="markdown")
        assert links(source["id"], "from") == [
            ("absent", "English", None, None),
            ("toes", "English", target, "Toes"),
        ]

    def test_to(self, write: Any, links: Any) -> None:
        target = write("Toes", aliases=["big"])["id"]
        article_id = write("Thumbs", "[[Toes]] [[Big]]")["id"]
        two = write("Nails", "[[big|B]]")["id"]
        assert links(target, "to") == [
            ("big", "English", two, "Nails"),
            ("big", "English", article_id, "Thumbs"),
            ("toes", "English", article_id, "Thumbs"),
        ]

    def test_before_there_is_such_an_article(self, write: Any, links: Any) -> None:
        source = write("Thumbs", "[[Toes]]")["id"]
        target = write("Toes")["id"]
        assert links(target, "to") == [("toes", "English", source, "Thumbs")]

    def test_they_follow_edits(self, write: Any, edit: Any, writer: Client, links: Any) -> None:
        target = write("Toes")["id"]
        source = write("Thumbs", "[[Toes]]")["id"]
        edit(source, contents="[[Welcome]]")
        assert links(target, "to") == []
        assert links(source, "from") == [("welcome", "English", 1, "Welcome")]
        writer.post(f"/wiki/articles/{source}/revisions/1/rollback", status=200)
        assert links(target, "to") == [("toes", "English", source, "Thumbs")]

    def test_of_translations(self, write: Any, writer: Client, german: str, links: Any) -> None:
        target, source = write("Toes")["id"], write("Thumbs")["id"]
        body = {"title": "Daumen", "contents": "[[Toes]]", "language": german}
        writer.post(f"/wiki/articles/{source}/translations", body, status=201)
        assert links(target, "to") == [("toes", "German", source, "Daumen")]
        assert links(source, "from") == [("toes", "German", target, "Toes")]

    def test_of_deleted_articles(self, write: Any, moderator: Client, links: Any) -> None:
        target, source = write("Toes")["id"], write("Thumbs", "[[Toes]]")["id"]
        other = write("Nails", "[[Toes]]")["id"]
        moderator.delete(f"/wiki/articles/{source}", status=200)
        assert [item[3] for item in links(target, "to")] == ["Nails"]
        moderator.delete(f"/wiki/articles/{target}", status=200)
        assert links(other, "from") == [("toes", "English", None, None)]

    def test_pages(self, write: Any, member: Client) -> None:
        source = write("Thumbs", "[[a]] [[b]] [[c]]")["id"]
        path = f"/wiki/articles/{source}/links?direction=from&limit=2&page=2"
        response = member.get(path, status=200).json["response"]
        assert [item["alias"] for item in response["items"]] == ["c"]
        assert (response["total"], response["pages"]) == (3, 2)
