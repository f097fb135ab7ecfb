"""The sample news."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from news.examples import get_json
from news.models import Comment, Entry, Seen, Subscription
from pulsar.db import utcnow
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


class TestPopulate:
    def test_amount(self, session: Session, reader: Client) -> None:
        live = [entry for entry in session.scalars(select(Entry)) if entry.deleted is None]
        public = [entry for entry in live if entry.publish_at <= utcnow()]
        assert len(live) - len(public) == 1
        assert get_json(reader, "/news")["total"] == len(public) > 0

    def test_counters(self, session: Session) -> None:
        query = select(Comment.entry_id, func.count()).group_by(Comment.entry_id)
        counted = {entry_id: number for entry_id, number in session.execute(query)}  # noqa: C416
        for entry in session.scalars(select(Entry)):
            assert entry.comment_count == counted.get(entry.id, 0)

    def test_nobody_is_told_of_what_is_old(self, session: Session) -> None:
        waiting = select(Entry.publish_at).where(Entry.announced.is_(None))
        assert all(time > utcnow() for time in session.scalars(waiting))

    def test_readers(self, session: Session) -> None:
        assert session.scalar(select(func.count()).select_from(Seen))
        assert session.scalar(select(func.count()).select_from(Subscription))

    def test_searchable(self, reader: Client) -> None:
        entry = get_json(reader, "/news")["items"][-1]
        items = get_json(reader, f'/news?q="{entry["title"]}"')["items"]
        assert entry["id"] in [item["id"] for item in items]
