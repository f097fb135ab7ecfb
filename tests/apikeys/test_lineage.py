"""A key that was created with another key ends with that key at the latest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.apikeys.models import APIKey
from pulsar.apikeys.services import sweep
from pulsar.db import utcnow
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User

PERMANENT = {"permanent": True}


@pytest.fixture
def clock() -> Iterable[time_machine.Traveller]:
    """A frozen clock."""
    with time_machine.travel(utcnow(), tick=False) as clock:
        yield clock


@pytest.fixture
def user(factory: Factory) -> User:
    return factory.user("maker")


@pytest.fixture
def short(clock: Any, factory: Factory, user: User) -> str:
    """A key that ends after a minute without use."""
    return factory.key(user, permanent=False, timeout=60)


def make(client: Client, key: str, **body: Any) -> str:
    """Create a key with the key, and return it."""
    answer = client.as_key(key).post("/api_keys", {**PERMANENT, **body}, status=201)
    new: str = answer.json["response"]["key"]
    return new


def revoked(db: Session, key: str) -> bool:
    """Return whether the key is stored as revoked."""
    db.expire_all()
    row: APIKey = db.scalars(select(APIKey).where(APIKey.hash == key[:10])).one()
    return row.revoked is not None


class TestRevocation:
    @pytest.mark.parametrize("used", [False, True])
    def test_ends_all_that_came_of_it(
        self, client: Client, factory: Factory, user: User, db: Session, used: bool
    ) -> None:
        first, other = factory.key(user), factory.key(user)
        second = make(client, first)
        third = make(client, second)
        other_key = make(client, other)
        if used:
            for key in (second, third, other_key):
                client.as_key(key).get("/users/me", status=200)
        client.as_key(other).delete(f"/api_keys/{first[:10]}", status=200)
        for key in (first, second, third):
            client.as_key(key).get("/users/me", status=401)
            assert revoked(db, key)
        client.as_key(other_key).get("/users/me", status=200)

    def test_of_what_was_made_leaves_the_maker(self, client: Client, factory: Factory) -> None:
        first = factory.key(factory.user())
        second = make(client, first)
        client.as_key(second).delete(f"/api_keys/{second[:10]}", status=200)
        client.as_key(second).get("/users/me", status=401)
        client.as_key(first).get("/users/me", status=200)

    def test_what_a_password_made_stays(self, client: Client, factory: Factory, user: User) -> None:
        first = factory.key(user)
        second = make(client, first, username=user.username, password=PASSWORD)
        client.as_key(first).delete(f"/api_keys/{first[:10]}", status=200)
        client.as_key(second).get("/users/me", status=200)


class TestIdleness:
    @pytest.mark.parametrize("used", [False, True])
    def test_of_the_maker_ends_a_permanent_key(
        self, client: Client, short: str, clock: Any, db: Session, used: bool
    ) -> None:
        descendant = make(client, short)
        third = make(client, descendant)
        for _ in range(3):
            clock.shift(19)
            if used:
                client.as_key(third).get("/users/me", status=200)
        clock.shift(19)
        client.as_key(third).get("/users/me", status=401)
        client.as_key(descendant).get("/users/me", status=401)
        assert revoked(db, third)

    def test_a_maker_in_use_keeps_it(self, client: Client, short: str, clock: Any) -> None:
        descendant = make(client, short)
        for _ in range(5):
            clock.shift(40)
            client.as_key(short).get("/users/me", status=200)
            client.as_key(descendant).get("/users/me", status=200)

    def test_the_sweep_ends_both(
        self, client: Client, short: str, clock: Any, db: Session, registry: Any
    ) -> None:
        descendant = make(client, short)
        clock.shift(70)
        sweep(registry)
        assert revoked(db, descendant)


class TestScope:
    def test_never_wider(self, client: Client, factory: Factory, user: User) -> None:
        narrow = client.as_key(factory.key(user, "users_view", "api_keys_view"))
        narrow.post("/api_keys", PERMANENT, status=403)
        narrow.post("/api_keys", {"permissions": ["invites_view"]}, status=400)
        narrow.post("/api_keys", {"permissions": ["users_view"]}, status=201)


class TestDepth:
    def test_is_limited(self, client: Client, factory: Factory, user: User) -> None:
        key = factory.key(user)
        for _ in range(7):
            key = make(client, key)
        answer = client.as_key(key).post("/api_keys", {}, status=403)
        assert answer.json["code"] == "key_forbidden"
