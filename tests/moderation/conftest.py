"""Fixtures of a moderator, a member to moderate, and the site log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.classes.models import UserClass
from pulsar.sitelog.models import LogEntry
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

HELD = (
    "users_view",
    "users_moderate",
    "users_change_class",
    "users_disable",
    "users_warn",
    "users_view_warnings",
    "users_notes",
    "users_view_addresses",
    "ip_bans_modify",
    "userclasses_list",
)


@pytest.fixture
def moderators(factory: Factory) -> UserClass:
    """A class of rank 500."""
    return factory.user_class("Moderators", *HELD, rank=500)


@pytest.fixture
def moderator(client: Client, factory: Factory, moderators: UserClass) -> Client:
    """A client with the key of a member of this class, named ``moderator``."""
    return client.as_key(factory.key(factory.user("moderator", user_class_id=moderators.id)))


@pytest.fixture
def user(factory: Factory) -> User:
    """An ordinary member."""
    return factory.user("somebody")


@pytest.fixture
def caller(client: Client, factory: Factory, user: User) -> Client:
    """A client with the member's key, whose identity is cached."""
    caller = client.as_key(factory.key(user))
    caller.get("/users/me", status=200)
    return caller


@pytest.fixture
def path(user: User) -> str:
    """The path of the member."""
    return f"/users/{user.id}"


@pytest.fixture(params=["oneself", "peer", "admin"])
def above(
    request: pytest.FixtureRequest, factory: Factory, moderators: UserClass, moderator: Client
) -> str:
    """The path of a member whom the moderator cannot change; the test runs for each kind."""
    if request.param == "oneself":
        return f"/users/{moderator.get('/users/me').json['response']['id']}"
    admins = factory.user_class("Admins", rank=501)
    class_id = {"peer": moderators.id, "admin": admins.id}[request.param]
    return f"/users/{factory.user(user_class_id=class_id).id}"


@pytest.fixture
def logged(db: Session) -> Callable[[], list[Any]]:
    """``logged()``: action, target, before and after of the site log's entries, oldest first."""

    def read() -> list[Any]:
        entries = db.scalars(select(LogEntry).order_by(LogEntry.id))
        return [
            (entry.action, (entry.target_type, entry.target_id), entry.before, entry.after)
            for entry in entries
        ]

    return read
