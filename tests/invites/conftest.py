"""Fixtures of a site that requires invites, and of invites."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.invites.models import Invite
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User


@pytest.fixture(autouse=True)
def by_invite(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Registration requires an invite."""
    if "db" in request.fixturenames:
        settings = request.getfixturevalue("registry").settings
        monkeypatch.setitem(settings, "pulsar.registration", "invite")


@pytest.fixture
def sender(factory: Factory) -> User:
    """A member with two invites to send."""
    return factory.user("sender", invites=2, grants=["invites_send"])


@pytest.fixture
def inviting(client: Client, factory: Factory, sender: User) -> Client:
    """A client with a key of the sender."""
    return client.as_key(factory.key(sender))


@pytest.fixture
def invite(db: Session, sender: User) -> Callable[..., Invite]:
    """``invite(**fields)``: an invite of the sender, live unless the fields say otherwise."""

    def make(**fields: Any) -> Invite:
        invite = Invite(
            **{
                "code": secrets.token_urlsafe(18),
                "inviter_id": sender.id,
                "email": "friend@example.org",
                "from_ip": "192.0.2.1",
                "expires": utcnow() + timedelta(days=3),
                **fields,
            }
        )
        db.add(invite)
        db.commit()
        return invite

    return make


@pytest.fixture
def left(db: Session) -> Callable[[User], int]:
    """``left(user)``: the number of invites that the member has left."""

    def count(user: User) -> int:
        db.refresh(user)
        return user.invites

    return count
