"""Unread entries of a member."""

from __future__ import annotations

from typing import Any

import pytest

from news.examples import get_json, in_future, write
from news.models import BLOG
from pulsar.testing import ABSENT
from pulsar.testing.client import Client


@pytest.fixture
def entries(reporter: Client, blogger: Client, clock: Any) -> list[int]:
    """News, a blog entry, and news again, one second apart."""
    ids = []
    for client, kind in ((reporter, "news"), (blogger, BLOG), (reporter, "news")):
        ids.append(write(client, kind=kind)["id"])
        clock.shift(1)
    return ids


def unread(client: Client) -> list[int]:
    """The ids of the unread entries, newest first."""
    return [entry["id"] for entry in get_json(client, "/news")["items"] if entry["unread"]]


class TestUnread:
    def test_everything_at_first(self, member: Client, entries: list[int]) -> None:
        assert unread(member) == entries[::-1]
        assert get_json(member, "/news/unread") == {"news": 2, "blog": 1}
        assert get_json(member, f"/news/{entries[0]}")["unread"] is True

    def test_not_one_s_own(self, reporter: Client, blogger: Client, entries: list[int]) -> None:
        assert unread(reporter) == [entries[1]]
        assert get_json(blogger, "/news/unread") == {"news": 2, "blog": 0}

    def test_everything_seen(self, member: Client, other: Client, entries: list[int]) -> None:
        answer = member.put("/news/seen", {}, status=200)
        assert answer.json["response"] == {"news": 0, "blog": 0}
        assert unread(member) == []
        assert unread(other) == entries[::-1]

    def test_seen_up_to_an_entry(self, member: Client, entries: list[int]) -> None:
        answer = member.put("/news/seen", {"id": entries[0]}, status=200)
        assert answer.json["response"] == {"news": 1, "blog": 1}
        assert unread(member) == [entries[2], entries[1]]
        member.put("/news/seen", {"id": entries[2]}, status=200)
        assert unread(member) == [entries[1]]
        member.put("/news/seen", {"id": entries[0]}, status=200)
        assert unread(member) == [entries[2], entries[1]]

    def test_at_the_same_moment(self, member: Client, reporter: Client, clock: Any) -> None:
        first, second = (write(reporter)["id"] for _ in range(2))
        member.put("/news/seen", {"id": first}, status=200)
        assert unread(member) == [second]

    def test_scheduled_before_and_published_after(
        self, member: Client, reporter: Client, clock: Any
    ) -> None:
        scheduled = write(reporter, publish_at=in_future(minutes=5))["id"]
        write(reporter)
        member.put("/news/seen", {}, status=200)
        clock.shift(300)
        assert unread(member) == [scheduled]
        assert get_json(member, "/news/unread") == {"news": 1, "blog": 0}

    def test_nothing_to_see(self, member: Client) -> None:
        assert member.put("/news/seen", {}, status=200).json["response"] == {"news": 0, "blog": 0}

    def test_unknown(self, member: Client, entries: list[int]) -> None:
        errors = member.put("/news/seen", {"id": ABSENT}, status=400).json["errors"]
        assert errors == {"id": ["Invalid NewsEntry id."]}
        assert len(unread(member)) == 3

    def test_deleted(self, member: Client, moderator: Client, entries: list[int]) -> None:
        moderator.delete(f"/news/{entries[2]}", status=200)
        assert get_json(member, "/news/unread") == {"news": 1, "blog": 1}

    def test_in_a_page_that_is_not_cached(self, member: Client, entries: list[int]) -> None:
        member.put("/news/seen", {"id": entries[0]}, status=200)
        items = get_json(member, "/news?q=contents")["items"]
        assert [entry["unread"] for entry in items] == [True, True, False]


class TestCount:
    def test_statements(self, member: Client, reporter: Client, count_sql: Any) -> None:
        member.get("/news/unread")
        for number in (1, 20):
            for _ in range(number):
                write(reporter)
            with count_sql() as statements:
                member.get("/news/unread", status=200)
            assert len(statements) == 1
