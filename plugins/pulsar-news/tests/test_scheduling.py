"""Scheduled entries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from news.examples import get_json, in_future, titles, write
from news.models import BLOG
from pulsar.db import utcnow
from pulsar.interfaces import IDatabase
from pulsar.testing import ABSENT
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

HOUR = 3600


@pytest.fixture
def scheduled(reporter: Client, clock: Any) -> Any:
    """An entry that will be published in an hour."""
    return write(reporter, "Scheduled", publish_at=in_future(hours=1))


class TestBefore:
    def test_members(self, scheduled: Any, member: Client) -> None:
        path = f"/news/{scheduled['id']}"
        for query in ("", "?include_scheduled=true", "?q=scheduled", "?kind=news&page=1"):
            assert titles(member, query) == []
            assert get_json(member, f"/news{query}")["total"] == 0
        missing = member.get(f"/news/{ABSENT}", status=404).text
        hidden = member.get(path, status=404).text
        assert hidden.replace(str(scheduled["id"]), str(ABSENT)) == missing
        member.get(f"{path}/comments", status=404)
        member.post(f"{path}/comments", {"contents": "x"}, status=404)
        member.put("/news/seen", {"id": scheduled["id"]}, status=400)
        assert get_json(member, "/news/unread") == {"news": 0, "blog": 0}
        assert "Scheduled" not in member.get("/news/feed", status=200).text

    def test_author_and_moderators(
        self, scheduled: Any, reporter: Client, moderator: Client
    ) -> None:
        for client in (reporter, moderator):
            entry = get_json(client, f"/news/{scheduled['id']}")
            assert (entry["title"], entry["unread"]) == ("Scheduled", False)
            assert titles(client) == []
            assert titles(client, "?include_scheduled=true") == ["Scheduled"]

    def test_other_authors(self, scheduled: Any, blogger: Client, join: Any) -> None:
        for client in (blogger, join("second", grants=("news_create",))):
            client.get(f"/news/{scheduled['id']}", status=404)
            assert titles(client, "?include_scheduled=true") == []

    def test_author_who_may_write_no_longer(
        self, client: Client, factory: Factory, staff: Client
    ) -> None:
        user = factory.user("writer", grants=("news_create",))
        writer = client.as_key(factory.key(user))
        entry = write(writer, publish_at=in_future(hours=1))
        reading = client.as_key(factory.key(user, "news_view"))
        reading.get(f"/news/{entry['id']}", status=404)
        staff.put(f"/users/{user.id}", {"permissions": {"news_create": False}}, status=200)
        writer.get(f"/news/{entry['id']}", status=404)

    def test_nobody_comments(self, scheduled: Any, reporter: Client) -> None:
        answer = reporter.post(f"/news/{scheduled['id']}/comments", {"contents": "x"}, status=400)
        assert answer.json["code"] == "comments_closed"


class TestAfter:
    def test_it_appears_everywhere(
        self, scheduled: Any, member: Client, other: Client, clock: Any
    ) -> None:
        # The cached copies were made before the publication.
        assert titles(member) == titles(other) == []
        feeds = [member.get(f"/news/feed{query}").text for query in ("", "?kind=news")]
        assert not any("Scheduled" in feed for feed in feeds)
        clock.shift(HOUR - 1)
        assert titles(member) == []
        clock.shift(1)
        assert titles(member) == titles(other) == titles(member, "?q=scheduled") == ["Scheduled"]
        assert get_json(member, "/news?kind=news")["total"] == 1
        member.get(f"/news/{scheduled['id']}", status=200)
        member.post(f"/news/{scheduled['id']}/comments", {"contents": "x"}, status=201)
        assert get_json(member, "/news/unread") == {"news": 1, "blog": 0}
        feeds = [member.get(f"/news/feed{query}").text for query in ("", "?kind=news")]
        assert all("Scheduled" in feed for feed in feeds)


class TestTime:
    @pytest.mark.parametrize("seconds", [-61, -HOUR])
    def test_past(self, reporter: Client, clock: Any, seconds: int) -> None:
        time = (utcnow() + timedelta(seconds=seconds)).isoformat()
        body = {"kind": "news", "title": "x", "contents": "x", "publish_at": time}
        errors = reporter.post("/news", body, status=400).json["errors"]
        assert errors == {"publish_at": ["an entry cannot be published in the past"]}

    def test_a_moment_ago_is_now(self, reporter: Client, clock: Any) -> None:
        now, ago = utcnow(), (utcnow() - timedelta(seconds=59)).isoformat()
        entry = write(reporter, publish_at=ago)
        assert entry["publish_at"] == now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def test_null_is_now(self, reporter: Client, member: Client) -> None:
        write(reporter, "Now", publish_at=None)
        assert titles(member) == ["Now"]

    def test_too_far_away(self, reporter: Client) -> None:
        body = {"kind": "news", "title": "x", "contents": "x"}
        for time in (in_future(days=3651), "9999-12-31T23:59:59Z", "tomorrow", 7):
            answer = reporter.post("/news", {**body, "publish_at": time}, status=400)
            assert answer.json["errors"].keys() == {"publish_at"}


class TestMoving:
    def test_later_and_at_once(
        self, scheduled: Any, moderator: Client, member: Client, clock: Any
    ) -> None:
        path = f"/news/{scheduled['id']}"
        answer = moderator.put(path, {"publish_at": in_future(hours=2)}, status=200)
        assert answer.json["response"] == moderator.get(path, status=200).json["response"]
        clock.shift(HOUR)
        assert titles(member) == []
        moderator.put(path, {"publish_at": None}, status=200)
        assert titles(member) == ["Scheduled"]

    def test_not_when_it_is_published(self, entry: Any, path: str, moderator: Client) -> None:
        for time in (in_future(hours=1), None):
            answer = moderator.put(path, {"publish_at": time}, status=400)
            assert answer.json["code"] == "news_already_published"

    def test_own_blog_entry(
        self, blogger: Client, member: Client, clock: Any, staff: Client
    ) -> None:
        entry = write(blogger, "Blog", BLOG, publish_at=in_future(hours=1))
        blogger.put(f"/news/{entry['id']}", {"publish_at": None}, status=200)
        assert titles(member) == ["Blog"]

    def test_logged(self, scheduled: Any, moderator: Client, staff: Client) -> None:
        time = in_future(hours=2)
        moderator.put(f"/news/{scheduled['id']}", {"publish_at": time}, status=200)
        item = staff.get("/site_log", status=200).json["response"]["items"][0]
        assert item["after"] == {"publish_at": time}


def test_nothing_has_to_happen(
    make_site: Callable[..., Any], backend: Any, clock: Any, count_titles: Any
) -> None:
    """Entries appear without any job, in two processes that both keep copies."""
    site, second = make_site(), make_site()
    assert count_titles(site, second) == [0, 0]
    clock.shift(HOUR)
    assert count_titles(site, second) == [1, 1]


@pytest.fixture
def count_titles() -> Any:
    """``count_titles(*sites)``: the number of visible entries; the first call schedules one."""
    keys: list[str] = []

    def count(*sites: Any) -> list[int]:
        if not keys:
            with sites[0].registry.getUtility(IDatabase).session(True) as session:
                factory = Factory(session)
                writer = factory.key(factory.user("writer", grants=("news_create",)))
                keys.append(factory.key(factory.user("reader"), timeout=86_400))
            write(Client(sites[0], writer), publish_at=in_future(hours=1))
        return [get_json(Client(site, keys[0]), "/news")["total"] for site in sites]

    return count
