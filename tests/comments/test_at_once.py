"""Concurrent changes of comments, on a site with real commits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from pulsar.interfaces import IDatabase
from pulsar.sitelog.models import LogEntry
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory


@pytest.fixture
def database(lab_site: Callable[..., Any], plugin: Any) -> tuple[Any, IDatabase]:
    """The site and its database, with the plugin's tables."""
    app = lab_site(plugin.with_comments)
    database = app.registry.getUtility(IDatabase)
    for table in plugin.TABLES:
        table.create(database.engine)
    return app, database


@pytest.fixture
def site(database: Any, plugin: Any) -> tuple[Client, str]:
    """A client of staff, and the path of the comments on a thing."""
    app, service = database
    with service.session(True) as session:
        factory = Factory(session)
        user = factory.staff("staff")
        staff = Client(app, factory.key(user))
        thing = plugin.Thing(title="A thing", owner_id=user.id)
        session.add(thing)
        session.commit()
        path = f"/things/{thing.id}/comments"
    staff.get("/users/me", status=200)
    return staff, path


class TestAtOnce:
    def test_edits_are_told_apart(self, site: Any, database: Any, together: Any) -> None:
        """The log of each edit begins with the text that the previous edit left."""
        staff, path = site
        author = _author(database)
        response = author.post(path, {"contents": "0"}, status=201).json["response"]
        place = f"{path}/{response['id']}"
        edits = [
            lambda text=text: staff.put(place, {"contents": text}, status=200)
            for text in ("1", "2", "3", "4")
        ]
        together(*edits)
        with database[1].session() as session:
            rows = session.execute(select(LogEntry.before, LogEntry.after)).all()
        following = {row.before["contents"]: row.after["contents"] for row in rows}
        assert len(rows) == len(following) == 4
        text, seen = "0", []
        while text in following:
            text = following[text]
            seen.append(text)
        assert sorted(seen) == ["1", "2", "3", "4"]
        assert staff.get(place).json["response"]["contents"] == text

    def test_deletions_count_once(
        self, site: Any, database: Any, plugin: Any, together: Any
    ) -> None:
        staff, path = site
        response = staff.post(path, {"contents": "x"}, status=201).json["response"]
        place = f"{path}/{response['id']}"
        statuses = together(*[lambda: staff.delete(place).status_int for _ in range(4)])
        assert set(statuses) <= {200, 404}
        with database[1].session() as session:
            assert session.scalar(select(plugin.Thing.comment_count)) == 0


def _author(database: Any) -> Client:
    app, service = database
    with service.session(True) as session:
        factory = Factory(session)
        grants = ("things_view", "things_comment")
        return Client(app, factory.key(factory.user("author", grants=grants)))
