"""Mailed tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.accounts import tokens
from pulsar.accounts.models import MailToken
from pulsar.testing.factories import Factory
from pulsar.users.models import User


@pytest.fixture
def user(factory: Factory) -> User:
    return factory.user()


def issue(registry: Any, db: Session, user: User, purpose: str = tokens.RESET) -> str:
    token = tokens.issue(registry.settings, db, user.id, purpose, "a@example.org")
    assert token is not None
    return token


class TestIssue:
    def test_is_256_bits(self, registry: Any, db: Session, user: User) -> None:
        issued = {issue(registry, db, user, purpose) for purpose in (tokens.RESET, tokens.CONFIRM)}
        assert len(issued) == 2
        assert {len(token) for token in issued} == {43}

    def test_at_most_so_many_in_an_hour(
        self, registry: Any, db: Session, user: User, clock: Any
    ) -> None:
        for _ in range(3):
            issue(registry, db, user)
        tokens.end(db, user.id)
        assert tokens.issue(registry.settings, db, user.id, tokens.RESET, "a@b.org") is None
        issue(registry, db, user, tokens.CONFIRM)
        clock.shift(3600)
        issue(registry, db, user)


class TestRedeem:
    def test_once(self, registry: Any, db: Session, user: User) -> None:
        token = issue(registry, db, user)
        expected = tokens.Redeemed(user.id, "a@example.org")
        assert tokens.find(db, tokens.RESET, token) == expected
        assert tokens.redeem(db, tokens.RESET, token) == expected
        assert tokens.find(db, tokens.RESET, token) is None
        assert tokens.redeem(db, tokens.RESET, token) is None

    def test_for_its_purpose(self, registry: Any, db: Session, user: User) -> None:
        token = issue(registry, db, user)
        assert tokens.redeem(db, tokens.CONFIRM, token) is None
        assert tokens.redeem(db, tokens.RESET, token) is not None

    def test_until_it_expires(self, registry: Any, db: Session, user: User, clock: Any) -> None:
        token = issue(registry, db, user)
        clock.shift(3599)
        assert tokens.find(db, tokens.RESET, token) is not None
        clock.shift(1)
        assert tokens.find(db, tokens.RESET, token) is None
        assert tokens.redeem(db, tokens.RESET, token) is None


class TestEnd:
    def test_of_one_purpose_and_member(
        self, registry: Any, db: Session, user: User, factory: Factory
    ) -> None:
        other = issue(registry, db, factory.user())
        reset, confirm = (issue(registry, db, user, p) for p in (tokens.RESET, tokens.CONFIRM))
        tokens.end(db, user.id, tokens.CONFIRM)
        assert tokens.find(db, tokens.CONFIRM, confirm) is None
        assert tokens.find(db, tokens.RESET, reset) is not None
        tokens.end(db, user.id)
        assert tokens.find(db, tokens.RESET, reset) is None
        assert tokens.find(db, tokens.RESET, other) is not None


class TestJob:
    def test_drops_what_is_long_over(
        self, registry: Any, db: Session, user: User, clock: Any
    ) -> None:
        issue(registry, db, user)
        db.commit()
        clock.shift(timedelta(days=30))
        tokens.forget_old(registry)
        assert len(db.scalars(select(MailToken)).all()) == 1
        clock.shift(timedelta(hours=1, seconds=1))
        tokens.forget_old(registry)
        assert not db.scalars(select(MailToken)).all()
