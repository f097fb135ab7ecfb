"""``pulsar user password``, ``key``, ``two-factor-off`` and ``end-credentials``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.apikeys.models import APIKey
from pulsar.interfaces import ITwoFactor
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User

NEW = "quite another 2?"


@pytest.fixture
def user(factory: Factory) -> User:
    """A member with the password ``PASSWORD``."""
    return factory.user("Bob")


class TestPassword:
    def test_changed(self, user: User, client: Client, succeed: Any) -> None:
        printed = succeed("user", "password", "bob", "--password", NEW)
        assert printed == "Bob has a new password; their API keys are revoked.\n"
        client.post("/api_keys", {"username": "bob", "password": NEW}, status=201)
        client.post("/api_keys", {"username": "bob", "password": PASSWORD}, status=401)

    def test_keys_end(self, user: User, client: Client, factory: Factory, succeed: Any) -> None:
        caller = client.as_key(factory.key(user))
        caller.get("/users/me", status=200)
        succeed("user", "password", "bob", "--password", NEW)
        caller.get("/users/me", status=401)

    def test_asked_for(self, user: User, client: Client, succeed: Any) -> None:
        printed = succeed("user", "password", "bob", input=f"{NEW}\n{NEW}\n")
        assert NEW not in printed
        client.post("/api_keys", {"username": "bob", "password": NEW}, status=201)

    def test_logged_without_it(self, user: User, succeed: Any, logged: Any) -> None:
        succeed("user", "password", "bob", "--password", NEW)
        [entry] = logged()
        assert (entry.action, entry.actor_id) == ("user_edited", None)
        assert entry.after == {"password": "[changed]"}

    @pytest.mark.parametrize(
        ("password", "reason"),
        [
            ("short", "Password must be between 12 and 512 characters and contain"),
            ("bobby.tables@example.org 1", "The password must not contain the username"),
        ],
    )
    def test_refused(
        self, factory: Factory, client: Client, fail: Any, password: str, reason: str
    ) -> None:
        factory.user("bobby.tables")
        assert fail("user", "password", "bobby.tables", "--password", password).startswith(reason)
        credentials = {"username": "bobby.tables", "password": PASSWORD}
        client.post("/api_keys", credentials, status=201)

    def test_of_nobody(self, fail: Any) -> None:
        sentence = "There is no member 'eve'."
        assert fail("user", "password", "eve", "--password", NEW) == sentence


class TestKey:
    @pytest.fixture
    def row(self, db: Session, user: User) -> Any:
        """``row()``: the member's only key."""
        return lambda: db.scalars(select(APIKey).where(APIKey.user_id == user.id)).one()

    def test_permanent(self, user: User, client: Client, succeed: Any, row: Any) -> None:
        key = succeed("user", "key", "bob").strip()
        assert client.as_key(key).get("/users/me", status=200).json["response"]["id"] == user.id
        assert (row().permanent, row().permissions) == (True, None)

    def test_restricted(self, user: User, client: Client, succeed: Any) -> None:
        key = succeed("user", "key", "bob", "--permission", "torrents_view").strip()
        client.as_key(key).get("/torrents", status=200)
        client.as_key(key).get(f"/users/{user.id}", status=403)

    def test_timeout(self, user: User, succeed: Any, row: Any) -> None:
        succeed("user", "key", "bob", "--timeout", "90")
        assert (row().permanent, row().timeout) == (False, 90)

    def test_logged_without_it(self, user: User, succeed: Any, logged: Any, row: Any) -> None:
        key = succeed("user", "key", "bob").strip()
        [entry] = logged()
        assert (entry.action, entry.target_id) == ("api_key_made", user.id)
        assert entry.after == {"hash": row().hash}
        assert key not in repr(entry.after) + entry.summary

    def test_unknown_permission(self, user: User, fail: Any, db: Session) -> None:
        sentence = "users_fly is not a valid permission"
        assert fail("user", "key", "bob", "--permission", "users_fly") == sentence
        assert db.scalars(select(APIKey)).all() == []

    def test_short_timeout(self, user: User, run: Any) -> None:
        assert run("user", "key", "bob", "--timeout", "1").exit_code == 2

    def test_of_nobody(self, fail: Any) -> None:
        assert fail("user", "key", "eve") == "There is no member 'eve'."


class TestTwoFactorOff:
    @pytest.fixture
    def log_in(self, client: Client) -> Any:
        """``log_in(201)``: log in with the password only; the argument is the expected status."""
        credentials = {"username": "bob", "password": PASSWORD}
        return lambda status: client.post("/api_keys", credentials, status=status)

    @pytest.fixture
    def protected(self, registry: Any, db: Session, user: User) -> None:
        """The member has a second factor."""
        service = registry.getUtility(ITwoFactor)
        secret = service.begin(db, user.id)
        service.confirm(db, user.id, pyotp.TOTP(secret).at(datetime.now(UTC)))
        db.commit()

    def test_off(self, protected: None, log_in: Any, succeed: Any) -> None:
        assert log_in(401).json["code"] == "two_factor_required"
        assert succeed("user", "two-factor-off", "bob") == "Bob logs in without a code now.\n"
        log_in(201)

    def test_logged(self, protected: None, user: User, succeed: Any, logged: Any) -> None:
        succeed("user", "two-factor-off", "bob")
        [entry] = logged()
        assert (entry.action, entry.target_id) == ("user_two_factor_off", user.id)

    def test_none(self, user: User, fail: Any) -> None:
        assert fail("user", "two-factor-off", "bob") == "Bob has no second factor."


class TestEndCredentials:
    def test_of_a_member(
        self, user: User, client: Client, factory: Factory, succeed: Any, logged: Any
    ) -> None:
        ended, other = (client.as_key(factory.key(who)) for who in (user, factory.user()))
        for caller in (ended, other):
            caller.get("/users/me", status=200)
        printed = succeed("user", "end-credentials", "bob")
        assert printed == "All credentials of Bob have ended.\n"
        ended.get("/users/me", status=401)
        other.get("/users/me", status=200)
        [entry] = logged()
        assert (entry.action, entry.actor_id) == ("credentials_ended", None)

    def test_of_everybody(self, user: User, client: Client, factory: Factory, succeed: Any) -> None:
        callers = [client.as_key(factory.key(who)) for who in (user, factory.user())]
        for caller in callers:
            caller.get("/users/me", status=200)
        printed = succeed("user", "end-credentials", "--all")
        assert printed == "All credentials of all members have ended.\n"
        for caller in callers:
            caller.get("/users/me", status=401)

    @pytest.mark.parametrize("arguments", [(), ("bob", "--all")])
    def test_of_nobody_in_particular(
        self, user: User, run: Any, arguments: tuple[str, ...]
    ) -> None:
        result = run("user", "end-credentials", *arguments)
        assert result.exit_code == 2
        assert "Say either the name of a member or --all." in result.stderr
