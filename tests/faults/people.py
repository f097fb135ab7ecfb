"""Members of a site whose services fail and return."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, select

from pulsar.interfaces import IDatabase, ISecrets
from pulsar.sitelog.models import LogEntry
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User
from torrents.examples import torrent_file
from torrents.models import Group, Tag, Torrent

LOGIN = {"username": "member", "password": PASSWORD}


class People:
    """A member and one of staff, as clients of a site."""

    def __init__(self, site: Any) -> None:
        self.registry = site.registry
        self.nobody = Client(site)
        with self.session() as session:
            factory = Factory(session)
            self.class_id = factory.user_class("Elite", "torrents_view", rank=100).id
            user = factory.user("member", user_class_id=self.class_id, grants=["torrents_upload"])
            self.user_id = user.id
            self.member = Client(site, factory.key(user))
            self.staff = Client(site, factory.key(factory.staff("staff")))
            secrets = self.registry.getUtility(ISecrets)
            self.passkey = secrets.current(session, user.id, "passkey")

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A session that commits."""
        with self.registry.getUtility(IDatabase).session(True) as session:
            yield session
            session.commit()

    def upload(self, name: str, status: int = 201) -> Any:
        """Upload a torrent as the member, and return the response."""
        file = ("file", "x.torrent", torrent_file(name))
        return self.member.upload(
            "/torrents", {"category": "other", "tags": name}, [file], status=status
        )

    def stored(self) -> list[int]:
        """Return the numbers of torrents, groups, tags, users and log entries."""
        with self.session() as session:
            return [
                session.scalar(select(func.count()).select_from(model))
                for model in (Torrent, Group, Tag, User, LogEntry)
            ]


def refused(answer: Any) -> None:
    """Assert the response of a site that lacks a service."""
    assert (answer.status_int, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
