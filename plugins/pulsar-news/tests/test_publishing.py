"""The job that notifies subscribers, run by several processes or more than once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from news import publishing
from news.examples import get_json, in_future, write
from news.interfaces import INewsPublished
from news.models import BLOG, Entry, Subscription
from news.publishing import announce
from pulsar.interfaces import IDatabase, IJob
from pulsar.notifications.models import Notification
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User


def told(client: Client) -> list[str]:
    """The titles in the caller's notifications, oldest first."""
    items = get_json(client, "/notifications/news_published")["items"]
    return [item["contents"]["title"] for item in reversed(items)]


@pytest.fixture
def subscriber(join: Callable[..., Client]) -> Client:
    """A member who is subscribed."""
    client = join("subscriber")
    client.post("/news/subscription", status=200)
    return client


class TestSubscription:
    def test_beginning_and_ending(self, member: Client) -> None:
        path = "/news/subscription"
        assert get_json(member, path) == {"subscribed": False}
        assert member.delete(path, status=400).json["code"] == "not_subscribed"
        member.post(path, status=200)
        assert member.post(path, status=400).json["code"] == "already_subscribed"
        assert get_json(member, path) == {"subscribed": True}
        member.delete(path, status=200)
        assert get_json(member, path) == {"subscribed": False}


class TestAnnounce:
    def test_subscribers_only(
        self, reporter: Client, subscriber: Client, member: Client, announced: Any
    ) -> None:
        entry = write(reporter, "Told")
        assert told(subscriber) == []
        announced()
        assert told(subscriber) == ["Told"]
        assert told(member) == []
        (item,) = get_json(subscriber, "/notifications/news_published")["items"]
        assert item["contents"] == {"news_id": entry["id"], "kind": "news", "title": "Told"}

    def test_once(self, reporter: Client, subscriber: Client, announced: Any) -> None:
        write(reporter, "First")
        announced()
        announced()
        write(reporter, "Second")
        announced()
        assert told(subscriber) == ["First", "Second"]

    def test_not_before_its_time(
        self, reporter: Client, subscriber: Client, announced: Any, clock: Any
    ) -> None:
        write(reporter, "Scheduled", publish_at=in_future(hours=1))
        announced()
        clock.shift(3599)
        announced()
        assert told(subscriber) == []
        clock.shift(1)
        announced()
        announced()
        assert told(subscriber) == ["Scheduled"]

    def test_not_its_author(self, blogger: Client, subscriber: Client, announced: Any) -> None:
        blogger.post("/news/subscription", status=200)
        write(blogger, "Blog", BLOG)
        announced()
        assert told(blogger) == []
        assert told(subscriber) == ["Blog"]

    def test_deleted_and_restored(
        self, entry: Any, path: str, moderator: Client, subscriber: Client, announced: Any
    ) -> None:
        moderator.delete(path, status=200)
        announced()
        assert told(subscriber) == []
        moderator.post(f"{path}/restore", status=200)
        announced()
        assert told(subscriber) == ["Published"]

    def test_who_may_not_read_news(
        self, client: Client, factory: Factory, staff: Client, entry: Any, announced: Any
    ) -> None:
        user = factory.user("blind")
        blind = client.as_key(factory.key(user))
        blind.post("/news/subscription", status=200)
        staff.put(f"/users/{user.id}", {"permissions": {"news_view": False}}, status=200)
        announced()
        assert told(blind) == []
        staff.put(f"/users/{user.id}", {"permissions": {"news_view": True}}, status=200)
        assert told(blind) == []

    def test_what_is_deleted_later_is_not_told_of(
        self, path: str, moderator: Client, subscriber: Client, announced: Any
    ) -> None:
        announced()
        moderator.delete(path, status=200)
        assert told(subscriber) == []
        moderator.post(f"{path}/restore", status=200)
        assert told(subscriber) == ["Published"]

    def test_event(
        self, registry: Any, reporter: Client, subscriber: Client, announced: Any
    ) -> None:
        seen: list[str] = []

        def note(event: Any) -> None:
            seen.append(event.model.title)

        registry.registerHandler(note, (INewsPublished,))
        try:
            write(reporter, "Seen")
            announced()
            announced()
        finally:
            registry.unregisterHandler(note, (INewsPublished,))
        assert seen == ["Seen"]

    def test_it_is_a_job(self, registry: Any) -> None:
        job = registry.getUtility(IJob, "news_publish")
        assert (job.schedule.seconds, job.work) == (60, announce)


class TestBatches:
    @pytest.fixture
    def site(
        self, make_site: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> tuple[Any, Any]:
        """Two processes of a site with 25 subscribers and two entries; batches have ten members."""
        monkeypatch.setattr(publishing, "BATCH", 10)
        first, second = make_site(), make_site()
        with first.registry.getUtility(IDatabase).session(True) as session:
            factory = Factory(session)
            users = [factory.user().id for _ in range(25)]
            session.execute(insert(Subscription), [{"user_id": user} for user in users])
            staff = Client(first, factory.key(factory.staff("staff")))
            session.commit()
        for title in ("First", "Second"):
            write(staff, title)
        return first, second

    @staticmethod
    def counts(site: Any) -> list[int]:
        """The number of notifications for each subscriber and entry."""
        with site.registry.getUtility(IDatabase).session() as session:
            query = (
                select(func.count(Notification.id))
                .join(Subscription, Subscription.user_id == Notification.user_id)
                .group_by(Notification.user_id, Notification.subject_id)
            )
            return list(session.scalars(query))

    def test_everybody_once(self, site: Any) -> None:
        announce(site[0].registry)
        assert self.counts(site[0]) == [1] * 50

    def test_two_runners_at_once(self, site: Any) -> None:
        together = threading.Barrier(2)

        def run(app: Any) -> None:
            together.wait(20)
            announce(app.registry)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(run, site))
        assert self.counts(site[0]) == [1] * 50

    def test_a_run_that_died_is_continued(self, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        from pulsar.notifications.service import Notifications

        notify, calls = Notifications.notify, []

        def die_at_third(self: Any, *args: Any, **kwargs: Any) -> Any:
            calls.append(args)
            if len(calls) == 3:
                raise RuntimeError("killed")
            return notify(self, *args, **kwargs)

        monkeypatch.setattr(Notifications, "notify", die_at_third)
        with pytest.raises(RuntimeError, match="killed"):
            announce(site[0].registry)
        assert self.counts(site[0]) == [1] * 20
        announce(site[1].registry)
        assert self.counts(site[0]) == [1] * 50
        with site[0].registry.getUtility(IDatabase).session() as session:
            assert all(session.scalars(select(Entry.announced)))
            assert session.scalar(select(func.count(User.id))) >= 26
