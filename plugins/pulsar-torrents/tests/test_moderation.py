"""The site log of changes to others' torrents, and the number of uploads as a criterion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.moderation.promotion import promote_and_demote
from pulsar.sitelog.models import LogEntry
from pulsar.testing import ABSENT
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from torrents.criteria import uploads


@pytest.fixture
def torrent_id(member: Client, upload: Any) -> int:
    """A torrent of the member."""
    torrent_id: int = upload(member, "Album", title="Old", description="Old.", tags="b,a")["id"]
    return torrent_id


@pytest.fixture
def path(torrent_id: int) -> str:
    """The torrent's path."""
    return f"/torrents/{torrent_id}"


@pytest.fixture
def logged(db: Session) -> Callable[[], list[Any]]:
    """``logged()``: action, summary, target, before and after of the site log's entries."""

    def read() -> list[Any]:
        return [
            (
                entry.action,
                entry.summary,
                (entry.target_type, entry.target_id),
                entry.before,
                entry.after,
            )
            for entry in db.scalars(select(LogEntry).order_by(LogEntry.id))
        ]

    return read


class TestSiteLog:
    def test_edited(
        self, moderator: Client, path: str, torrent_id: int, db: Session, logged: Any
    ) -> None:
        body = {"title": "New", "tags": "c, a", "description": "Old.", "category": "other"}
        moderator.put(path, body, status=200)
        before = {"title": "Old", "tags": ["a", "b"]}
        after = {"title": "New", "tags": ["a", "c"]}
        target = ("torrents", torrent_id)
        assert logged() == [("torrent_edited", "New", target, before, after)]
        actor = db.scalars(select(LogEntry)).one().actor
        assert actor is not None
        assert actor.username == "moderator"

    def test_nothing_changed(self, moderator: Client, path: str, logged: Any) -> None:
        for item in ({}, {"title": "Old", "tags": "a,b"}):
            moderator.put(path, item, status=200)
        assert logged() == []

    def test_deleted(self, moderator: Client, path: str, torrent_id: int, logged: Any) -> None:
        moderator.delete(path, status=200)
        before = {"category": "other", "title": "Old", "description": "Old.", "tags": ["a", "b"]}
        target = ("torrents", torrent_id)
        assert logged() == [("torrent_deleted", "Old", target, before, None)]

    def test_ones_own(self, member: Client, path: str, logged: Any) -> None:
        member.put(path, {"title": "New"}, status=200)
        member.delete(path, status=200)
        assert logged() == []

    def test_refused(self, other: Client, path: str, logged: Any) -> None:
        other.put(path, {"title": "New"}, status=403)
        other.delete(path, status=403)
        assert logged() == []

    def test_found(self, moderator: Client, staff: Client, path: str) -> None:
        moderator.put(path, {"title": "Harmonie du soir"}, status=200)
        items = staff.get("/site_log?q=harmonie", status=200).json["response"]["items"]
        assert [entry["action"] for entry in items] == ["torrent_edited"]


class TestUploads:
    """The criterion of uploads for promotions."""

    def test_live_ones_count(
        self,
        registry: Any,
        member: Client,
        moderator: Client,
        upload: Any,
        factory: Factory,
    ) -> None:
        rule = {"from": 1, "require": {"uploads": 2}}
        factory.user_class("Uploader", rank=10, promotion=rule)
        for name, name_of_class in (("One", "User"), ("Two", "User"), ("Three", "Uploader")):
            torrent_id = upload(member, name)["id"]
            if name == "Two":
                moderator.delete(f"/torrents/{torrent_id}", status=200)
            promote_and_demote(registry)
            assert member.get("/users/me").json["response"]["user_class"] == name_of_class

    def test_one_statement(
        self, member: Client, other: Client, upload: Any, db: Session, count_sql: Any
    ) -> None:
        ids = []
        for number, client in enumerate((member, other, member)):
            upload(client, f"Album {number}")
            ids.append(client.get("/users/me").json["response"]["id"])
        with count_sql() as statements:
            assert uploads(db, [*ids, ABSENT]) == {ids[0]: 2, ids[1]: 1}
        assert len(statements) == 1
