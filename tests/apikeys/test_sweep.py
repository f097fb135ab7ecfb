"""The job that revokes idle keys and deletes old revoked ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.apikeys.models import APIKey
from pulsar.apikeys.services import sweep
from pulsar.db import utcnow
from pulsar.interfaces import IJob
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

HOUR = 3600


@pytest.fixture
def user(factory: Factory) -> User:
    return factory.user()


def keep(db: Session, factory: Factory, user: User, registry: Any, **fields: Any) -> str | None:
    """Return the state of a key after the job: ``live``, ``revoked``, or None if it was deleted."""
    key = factory.key(user, permanent=False, timeout=HOUR)
    query = select(APIKey).where(APIKey.hash == key[:10])
    row = db.scalars(query).one()
    for name, value in fields.items():
        setattr(row, name, value)
    db.commit()
    sweep(registry)
    db.expire_all()
    record = db.scalars(query).one_or_none()
    return None if record is None else "live" if record.revoked is None else "revoked"


class TestJob:
    def test_it_is_declared(self, registry: Any) -> None:
        job = registry.getUtility(IJob, "sweep_api_keys")
        assert (job.work, job.schedule.seconds) == (sweep, 24 * HOUR)

    @pytest.mark.parametrize(
        ("seconds", "permanent", "expected"),
        [
            (0, False, "live"),
            (HOUR - 5, False, "live"),
            (HOUR + 5, False, "revoked"),
            (HOUR + 5, True, "live"),
            (1000 * HOUR, True, "live"),
        ],
    )
    def test_idle_ones_end(
        self,
        db: Session,
        factory: Factory,
        user: User,
        registry: Any,
        seconds: int,
        permanent: bool,
        expected: str,
    ) -> None:
        last_used = utcnow() - timedelta(seconds=seconds)
        key = keep(db, factory, user, registry, last_used=last_used, permanent=permanent)
        assert key == expected

    @pytest.mark.parametrize(("days", "expected"), [(1, "revoked"), (89, "revoked"), (91, None)])
    def test_dead_ones_are_forgotten(
        self,
        db: Session,
        factory: Factory,
        user: User,
        registry: Any,
        days: int,
        expected: str | None,
    ) -> None:
        revoked = utcnow() - timedelta(days=days)
        assert keep(db, factory, user, registry, revoked=revoked) == expected

    def test_when_a_key_was_revoked_stays(
        self, db: Session, factory: Factory, user: User, registry: Any
    ) -> None:
        past = utcnow() - timedelta(days=3)
        keep(db, factory, user, registry, revoked=past, last_used=past)
        assert db.scalars(select(APIKey.revoked)).one() == past

    def test_keys_in_use_go_on(
        self, client: Client, factory: Factory, user: User, registry: Any
    ) -> None:
        caller = client.as_key(factory.key(user, permanent=False))
        caller.get("/users/me", status=200)
        sweep(registry)
        caller.get("/users/me", status=200)
