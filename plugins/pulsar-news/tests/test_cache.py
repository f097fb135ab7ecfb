"""The cached first page, and its invalidation by changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from news.examples import get_json, in_future, say, write
from news.models import BLOG
from pulsar.interfaces import ICache
from pulsar.testing.client import Client


class TestStatements:
    @pytest.mark.parametrize("query", ["", "?kind=news", "?kind=news&pinned=false&limit=50"])
    def test_warm(self, member: Client, entry: Any, count_sql: Any, query: str) -> None:
        before = get_json(member, f"/news{query}")
        with count_sql() as statements:
            assert get_json(member, f"/news{query}") == before
        # Only the unread marks are read from the database.
        assert len(statements) == 1
        assert "news_seen" in statements[0]

    def test_shared(self, member: Client, other: Client, entry: Any, count_sql: Any) -> None:
        member.get("/news")
        other.get("/users/me")
        with count_sql() as statements:
            other.get("/news", status=200)
        assert len(statements) == 1

    @pytest.mark.parametrize("query", ["", "?page=2&limit=1", "?q=contents"])
    def test_cold(
        self, member: Client, reporter: Client, registry: Any, count_sql: Any, query: str
    ) -> None:
        counts = []
        for number in (2, 20):
            for place in range(number):
                write(reporter, f"Title {place}")
            member.get("/users/me")
            with count_sql() as statements:
                member.get(f"/news{query}", status=200)
            counts.append(len(statements))
        assert counts[0] == counts[1] <= 4

    def test_comments(self, member: Client, other: Client, entry: Any, count_sql: Any) -> None:
        counts = []
        for number in (1, 20):
            for place in range(number):
                say((member, other)[place % 2], entry["id"])
            member.get("/users/me")
            with count_sql() as statements:
                member.get(f"/news/{entry['id']}/comments", status=200)
            counts.append(len(statements))
        assert counts[0] == counts[1] == 2


class TestChanges:
    """All members see each change at once."""

    @pytest.fixture
    def views(self, member: Client, other: Client, moderator: Client) -> Callable[[], list[Any]]:
        """``views()``: the lists as several members see them."""

        def look() -> list[Any]:
            paths = ("/news", "/news?kind=blog", "/news?kind=news&limit=1", "/news?pinned=true")
            return [get_json(who, path) for who in (member, other, moderator) for path in paths]

        return look

    @pytest.fixture
    def fresh(self, views: Any, registry: Any) -> Callable[[], None]:
        """``fresh()``: compare the lists with those of an empty cache."""

        def check() -> None:
            cached = views()
            registry.getUtility(ICache).clear()
            assert cached == views()

        return check

    @pytest.mark.parametrize(
        ("method", "where", "body"),
        [
            ("PUT", "", {"title": "Edited"}),
            ("PUT", "", {"contents": "Edited.", "format": "markdown"}),
            ("PUT", "", {"pinned": True}),
            ("PUT", "", {"comments_open": False}),
            ("DELETE", "", None),
            ("POST", "/comments", {"contents": "x"}),
            ("DELETE", "/comments/{comment}", None),
        ],
    )
    def test_of_an_entry(
        self,
        staff: Client,
        member: Client,
        entry: Any,
        path: str,
        views: Any,
        fresh: Any,
        method: str,
        where: str,
        body: Any,
    ) -> None:
        comment = say(member, entry["id"])["id"]
        before = views()
        send = getattr(staff, method.lower())
        assert send(path + where.format(comment=comment), body).status_int in (200, 201)
        assert views() != before
        fresh()

    def test_new_one(self, blogger: Client, views: Any, fresh: Any) -> None:
        before = views()
        write(blogger, kind=BLOG)
        assert views() != before
        fresh()

    def test_restoring(self, staff: Client, path: str, views: Any, fresh: Any) -> None:
        before = views()
        staff.delete(path, status=200)
        fresh()
        staff.post(f"{path}/restore", status=200)
        assert views() == before
        fresh()

    def test_what_was_seen(self, member: Client, entry: Any, views: Any, fresh: Any) -> None:
        before = views()
        member.put("/news/seen", {}, status=200)
        assert views() != before
        fresh()

    def test_scheduled_one(self, reporter: Client, views: Any, fresh: Any, clock: Any) -> None:
        write(reporter, publish_at=in_future(minutes=1))
        before = views()
        clock.shift(60)
        assert views() != before
        fresh()
