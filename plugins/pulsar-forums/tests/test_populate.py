"""The sample forums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forums.examples import get_json, ids
from forums.models import STICKY, Forum, MemberCounts, Post, Thread, ThreadView
from forums.polls.models import Poll
from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User


@pytest.fixture
def session(populated: Any) -> Iterator[Session]:
    """A session of the populated site."""
    with populated.registry.getUtility(IDatabase).session() as session:
        yield session


@pytest.fixture
def reader(populated: Any) -> Client:
    """A client with a key of a member."""
    with populated.registry.getUtility(IDatabase).session(True) as session:
        user = session.scalars(select(User).where(User.username == "member")).one()
        return Client(populated, Factory(session).key(user))


class TestCounters:
    def test_threads(self, session: Session) -> None:
        rows = session.execute(
            select(Post.thread_id, func.count(), func.max(Post.id)).group_by(Post.thread_id)
        )
        numbers_by_thread_id = {thread_id: (number, last) for thread_id, number, last in rows}
        threads = session.scalars(select(Thread)).all()
        assert len(threads) == 30
        for thread in threads:
            assert (thread.post_count, thread.last_post_id) == numbers_by_thread_id[thread.id]
            assert thread.place == thread.last_post_id + (STICKY if thread.sticky else 0)

    def test_forums(self, session: Session) -> None:
        expected = Counter(session.scalars(select(Thread.forum_id)))
        thread_counts_by_forum_id = {
            forum.id: forum.thread_count for forum in session.scalars(select(Forum))
        }
        assert thread_counts_by_forum_id == {
            key: expected[key] for key in thread_counts_by_forum_id
        }

    def test_members(self, session: Session) -> None:
        posts = Counter(
            session.execute(
                select(Post.user_id, Thread.forum_id).join(Thread, Thread.id == Post.thread_id)
            ).tuples()
        )
        threads = Counter(session.execute(select(Thread.creator_id, Thread.forum_id)).tuples())
        rows = session.scalars(select(MemberCounts)).all()
        assert {(row.user_id, row.forum_id): row.post_count for row in rows} == posts
        assert sum(row.thread_count for row in rows) == threads.total()


class TestShown:
    def test_order_is_that_of_time(self, session: Session) -> None:
        times = session.scalars(select(Post.time).order_by(Post.id)).all()
        assert times == sorted(times)

    def test_open_forums(self, reader: Client, session: Session) -> None:
        names = [category["name"] for category in get_json(reader, "/forums/categories")]
        assert names == ["Site", "Community"]
        staff_only = session.scalars(select(Forum).where(Forum.name == "Staff")).one()
        reader.get(f"/forums/{staff_only.id}", status=404)

    def test_searchable(self, reader: Client) -> None:
        newest = get_json(reader, "/forums/posts?limit=1")["items"][0]
        word = max(newest["contents"].split(), key=len).strip(".,[]")
        assert newest["id"] in ids(get_json(reader, f"/forums/posts?q={word}&limit=100")["items"])

    def test_threads_are_found_by_their_topics(self, reader: Client) -> None:
        newest = get_json(reader, "/forums/posts?limit=1")["items"][0]
        topic = newest["thread"]["topic"]
        posts = get_json(reader, f"/forums/posts?q={topic}&thread_id={newest['thread']['id']}")
        assert posts["items"]

    def test_what_was_read(self, session: Session) -> None:
        last = {thread.id: thread.last_post_id for thread in session.scalars(select(Thread))}
        views = session.scalars(select(ThreadView)).all()
        assert views
        assert all(view.post_id == last[view.thread_id] for view in views)
        for poll in session.scalars(select(Poll)):
            assert [choice.answers for choice in poll.choices] == [0, 0, 0]
