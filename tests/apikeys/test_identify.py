"""Identifying callers by their credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from pulsar.apikeys.identify import HOW_TO
from pulsar.apikeys.models import APIKey
from pulsar.classes.models import UserClassPermission
from pulsar.db import utcnow
from pulsar.interfaces import ICache
from pulsar.testing.client import Client
from pulsar.testing.factories import STAFF_CLASS, Factory
from pulsar.users.models import User, UserPermission

#: The id of the member who is looked at, beyond the ids that tests count up.
SEEN = 888_888


def whoami(client: Client, authorization: str, status: int = 200) -> Any:
    answer = client.get("/users/me", headers={"Authorization": authorization}, status=status)
    return answer.json


class TestSchemes:
    @pytest.mark.parametrize("scheme", ["Token", "Bearer", "token", "BEARER", "Token "])
    def test_good(self, client: Client, factory: Factory, scheme: str) -> None:
        key = factory.key(factory.user("somebody"))
        assert whoami(client, f"{scheme} {key}")["response"]["username"] == "somebody"

    @pytest.mark.parametrize("scheme", ["Basic", "Digest", "Key", "Tokens"])
    def test_others_are_nobody(self, client: Client, factory: Factory, scheme: str) -> None:
        key = factory.key(factory.user())
        whoami(client, f"{scheme} {key}", 401)
        client.get("/", headers={"Authorization": f"{scheme} {key}"}, status=200)


class TestWrongKeys:
    @pytest.mark.parametrize("key", ["", "short", "x" * 42, "x" * 43, "\xe9" * 42, "a b"])
    def test_unknown(self, client: Client, key: str) -> None:
        answer = whoami(client, f"Token {key}", 401)
        assert answer["response"] == ("Invalid authorization." if key else HOW_TO)

    def test_key_without_its_scheme(self, client: Client, factory: Factory) -> None:
        answer = whoami(client, factory.key(factory.user()), 401)
        assert answer["response"] == HOW_TO

    def test_not_even_public_views(self, client: Client) -> None:
        answer = client.as_key("x" * 42).get("/", status=401)
        assert answer.headers["WWW-Authenticate"] == 'Token realm="pulsar"'

    def test_right_name_and_wrong_secret(self, client: Client, factory: Factory) -> None:
        key = factory.key(factory.user())
        wrong = key[:-1] + ("a" if key[-1] != "a" else "b")
        whoami(client, f"Token {wrong}", 401)
        whoami(client, f"Token {key}", 200)
        whoami(client, f"Token {wrong}", 401)

    def test_wrong_case(self, client: Client, factory: Factory) -> None:
        whoami(client, f"Token {factory.key(factory.user()).swapcase()}", 401)

    def test_deleted_member(self, client: Client, factory: Factory, db: Session) -> None:
        user = factory.user()
        key = factory.key(user)
        db.delete(user)
        db.commit()
        whoami(client, f"Token {key}", 401)


@pytest.fixture
def invalidate(registry: Any) -> Callable[..., None]:
    """``invalidate(*tags)``: drop cached copies, as the code that changes identities does."""
    cache = registry.getUtility(ICache)

    def call(*tags: str) -> None:
        cache.invalidate(tags)

    return call


def key_row(db: Session, key: str) -> APIKey:
    return db.scalars(select(APIKey).where(APIKey.hash == key[:10])).one()


class TestRevoked:
    def test_before_it_was_used(self, client: Client, factory: Factory, db: Session) -> None:
        key = factory.key(factory.user())
        key_row(db, key).revoked = utcnow()
        db.commit()
        whoami(client, f"Token {key}", 401)

    def test_after_it_was_used(
        self, client: Client, factory: Factory, db: Session, invalidate: Callable[..., None]
    ) -> None:
        key = factory.key(factory.user())
        whoami(client, f"Token {key}")
        key_row(db, key).revoked = utcnow()
        db.commit()
        invalidate(f"key:{key[:10]}")
        whoami(client, f"Token {key}", 401)


class TestIdleness:
    @pytest.fixture
    def clock(self) -> Iterable[time_machine.Traveller]:
        with time_machine.travel(utcnow(), tick=False) as clock:
            yield clock

    @pytest.fixture
    def key(self, clock: Any, factory: Factory) -> str:
        return factory.key(factory.user(), permanent=False, timeout=600)

    def test_ends_the_key(self, client: Client, key: str, clock: Any, db: Session) -> None:
        whoami(client, f"Token {key}")
        clock.shift(601)
        whoami(client, f"Token {key}", 401)
        assert db.scalar(select(func.count()).where(APIKey.revoked.is_not(None))) == 1

    def test_ends_it_for_good(self, client: Client, key: str, clock: Any) -> None:
        clock.shift(601)
        whoami(client, f"Token {key}", 401)
        clock.shift(-601)
        whoami(client, f"Token {key}", 401)

    def test_a_key_in_use_lives_on(self, client: Client, key: str, clock: Any) -> None:
        for _ in range(5):
            clock.shift(599)
            whoami(client, f"Token {key}")

    def test_busy_use_counts_too(self, client: Client, key: str, clock: Any) -> None:
        for _ in range(20):
            clock.shift(100)
            whoami(client, f"Token {key}")
        # Not every use is recorded, so a key may end a quarter of its timeout too early.
        clock.shift(450)
        whoami(client, f"Token {key}")

    def test_shortest_timeout(self, client: Client, factory: Factory, clock: Any) -> None:
        key = factory.key(factory.user(), permanent=False, timeout=60)
        for _ in range(10):
            clock.shift(40)
            whoami(client, f"Token {key}")
        clock.shift(61)
        whoami(client, f"Token {key}", 401)

    def test_permanent_keys_do_not_end(self, client: Client, factory: Factory, clock: Any) -> None:
        key = factory.key(factory.user(), permanent=True, timeout=60)
        whoami(client, f"Token {key}")
        clock.shift(timedelta(days=400))
        whoami(client, f"Token {key}")

    def test_use_is_written_down(
        self, client: Client, key: str, clock: Any, db: Session, count_sql: Any
    ) -> None:
        whoami(client, f"Token {key}")
        first = key_row(db, key).last_used
        clock.shift(60)
        with count_sql() as statements:
            whoami(client, f"Token {key}")
        assert statements == []
        clock.shift(100)
        whoami(client, f"Token {key}")
        db.expire_all()
        assert key_row(db, key).last_used == first + timedelta(seconds=160)


class TestStanding:
    """Disabled and locked members."""

    def test_disabled(self, client: Client, factory: Factory) -> None:
        key = factory.key(factory.user(enabled=False))
        for _ in range(2):
            assert whoami(client, f"Token {key}", 403)["code"] == "account_disabled"
        client.as_key(key).get("/", status=403)

    def test_disabled_later(
        self, client: Client, factory: Factory, db: Session, invalidate: Callable[..., None]
    ) -> None:
        user = factory.user()
        key = factory.key(user)
        whoami(client, f"Token {key}")
        db.execute(update(User).where(User.id == user.id).values(enabled=False))
        db.commit()
        invalidate(f"user:{user.id}")
        whoami(client, f"Token {key}", 403)

    def test_locked(self, client: Client, factory: Factory) -> None:
        user = factory.staff(locked=True, grants=["users_view"])
        somebody = client.as_key(factory.key(user))
        assert somebody.get(f"/users/{user.id}", status=403).json["code"] == "account_locked"
        assert somebody.get("/users/me", status=200).json["response"]["locked"] is True

    def test_what_a_locked_member_keeps(self, lab: Callable[..., Client], factory: Factory) -> None:
        user = factory.user(locked=True)
        site = lab(settings={"pulsar.lock_permissions": "users_view"})
        site.as_key(factory.key(user)).get(f"/users/{user.id}", status=200)


class TestChanges:
    """Changes of a member's permissions take effect at the next request."""

    @pytest.fixture
    def user(self, factory: Factory) -> User:
        return factory.user("somebody")

    @pytest.fixture
    def caller(self, client: Client, factory: Factory, user: User) -> Client:
        caller = client.as_key(factory.key(user))
        assert not self.sees_all(caller, user)
        return caller

    @staticmethod
    def sees_all(caller: Client, user: User) -> bool:
        """Return whether the caller sees the fields of the member that moderators see."""
        return "email" in caller.get(f"/users/{SEEN}", status=200).json["response"]

    @pytest.fixture(autouse=True)
    def seen(self, factory: Factory) -> None:
        """The member whom the caller looks at."""
        factory.user("seen", id=SEEN)

    def test_class(
        self,
        caller: Client,
        user: User,
        db: Session,
        factory: Factory,
        invalidate: Callable[..., None],
    ) -> None:
        moderators = factory.user_class("Moderators", "users_view", "users_moderate")
        db.execute(update(User).where(User.id == user.id).values(user_class_id=moderators.id))
        db.commit()
        invalidate(f"user:{user.id}")
        assert self.sees_all(caller, user)

    def test_permissions_of_the_class(
        self, caller: Client, user: User, db: Session, invalidate: Callable[..., None]
    ) -> None:
        db.add(UserClassPermission(user_class_id=1, permission="users_moderate"))
        db.commit()
        invalidate("class:1")
        assert self.sees_all(caller, user)

    def test_grant(
        self, caller: Client, user: User, db: Session, invalidate: Callable[..., None]
    ) -> None:
        db.add(UserPermission(user_id=user.id, permission="users_moderate", granted=True))
        db.commit()
        invalidate(f"user:{user.id}")
        assert self.sees_all(caller, user)
        db.execute(delete(UserPermission).where(UserPermission.user_id == user.id))
        db.commit()
        invalidate(f"user:{user.id}")
        assert not self.sees_all(caller, user)

    def test_denial(
        self, caller: Client, user: User, db: Session, invalidate: Callable[..., None]
    ) -> None:
        db.add(UserPermission(user_id=user.id, permission="users_view", granted=False))
        db.commit()
        invalidate(f"user:{user.id}")
        caller.get(f"/users/{SEEN}", status=403)

    def test_denial_goes_before_grant_of_the_class(self, client: Client, factory: Factory) -> None:
        user = factory.user(denials=["users_view"])
        client.as_key(factory.key(user)).get(f"/users/{SEEN}", status=403)

    def test_a_denial_of_god_mode(self, client: Client, factory: Factory) -> None:
        user = factory.user(user_class_id=STAFF_CLASS, denials=["site_god_mode"])
        client.as_key(factory.key(user)).get(f"/users/{SEEN}", status=403)


class TestScope:
    """A restricted key limits views, fields and ownership."""

    @pytest.fixture
    def moderator(self, factory: Factory) -> User:
        return factory.user(grants=["users_moderate"])

    def test_views(self, client: Client, factory: Factory, moderator: User) -> None:
        path = f"/users/{moderator.id}"
        client.as_key(factory.key(moderator, "users_view")).get(path, status=200)
        answer = client.as_key(factory.key(moderator, "users_moderate")).get(path, status=403)
        assert answer.json["code"] == "key_forbidden"

    def test_fields(self, client: Client, factory: Factory, moderator: User) -> None:
        path = f"/users/{factory.user().id}"
        full, narrow = factory.key(moderator), factory.key(moderator, "users_view")
        assert "email" in client.as_key(full).get(path).json["response"]
        assert "email" not in client.as_key(narrow).get(path).json["response"]
        both = factory.key(moderator, "users_view", "users_moderate")
        assert "email" in client.as_key(both).get(path).json["response"]

    def test_ownership(self, client: Client, factory: Factory) -> None:
        user = factory.user()
        for path in ("/users/me", f"/users/{user.id}"):
            full, narrow = factory.key(user), factory.key(user, "users_view")
            assert "email" in client.as_key(full).get(path).json["response"]
            assert "email" not in client.as_key(narrow).get(path).json["response"]

    def test_what_is_cached_for_a_full_key_is_not_shown_to_a_narrow_one(
        self, client: Client, factory: Factory
    ) -> None:
        user = factory.user()
        full, narrow = factory.key(user), factory.key(user, "users_view")
        for key, is_shown in ((full, True), (narrow, False), (full, True), (narrow, False)):
            answer = client.as_key(key).get("/users/me", status=200)
            assert ("email" in answer.json["response"]) is is_shown

    def test_god_mode(self, client: Client, factory: Factory) -> None:
        staff = factory.staff()
        path = f"/users/{factory.user().id}"
        answer = client.as_key(factory.key(staff, "users_view")).get(path, status=200)
        assert "email" not in answer.json["response"]
        client.as_key(factory.key(staff, "users_moderate")).get(path, status=403)
        client.as_key(factory.key(staff, "site_god_mode")).get(path, status=403)
