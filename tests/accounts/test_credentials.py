"""Ending all credentials of a member or of all members in an emergency."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.accounts import tokens
from pulsar.interfaces import ISecrets
from pulsar.sitelog.models import LogEntry
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, STAFF_CLASS, Factory
from pulsar.users.models import User

NEW = "another horse 2!"


class Held:
    """A member, and all credentials that give access to the account."""

    def __init__(self, client: Client, factory: Factory, db: Session, registry: Any, name: str):
        self.user: User = factory.user(name)
        self.client = client
        self.key = factory.key(self.user)
        secrets = registry.getUtility(ISecrets)
        self.feed = secrets.current(db, self.user.id, "feed")
        self.passkey = secrets.current(db, self.user.id, "passkey")
        self.token = tokens.issue(
            registry.settings, db, self.user.id, tokens.RESET, self.user.email
        )
        db.commit()

    def opens(self) -> dict[str, bool]:
        """Return which credentials give access to the account; this fills the caches."""
        announced = self.client.get(f"/announce/{self.passkey}", status=200).body
        return {
            "key": self.client.as_key(self.key).get("/users/me").status_int == 200,
            "feed": self.client.get(f"/torrents?feed_key={self.feed}").status_int == 200,
            "passkey": b"Your passkey is not valid" not in announced,
        }

    def reset(self, status: int, **body: Any) -> None:
        """Use the mailed token."""
        body = {"token": self.token, "password": NEW, **body}
        self.client.post("/password_reset/confirm", body, status=status)


ALL = {"key": True, "feed": True, "passkey": True}
NONE = dict.fromkeys(ALL, False)


@pytest.fixture
def held(client: Client, factory: Factory, db: Session, registry: Any) -> Held:
    """A member's credentials, which have cached copies."""
    held = Held(client, factory, db, registry, "holder")
    assert held.opens() == ALL
    return held


@pytest.fixture
def other(client: Client, factory: Factory, db: Session, registry: Any) -> Held:
    """The credentials of another member."""
    other = Held(client, factory, db, registry, "other")
    assert other.opens() == ALL
    return other


class TestOfAMember:
    def test_by_staff(
        self, client: Client, factory: Factory, held: Held, other: Held, db: Session
    ) -> None:
        staff = client.as_key(factory.key(factory.user("boss", user_class_id=STAFF_CLASS)))
        staff.delete(f"/users/{held.user.id}/credentials", status=200)
        assert held.opens() == NONE
        held.reset(400)
        assert other.opens() == ALL
        [entry] = db.scalars(select(LogEntry).where(LogEntry.action == "credentials_ended"))
        assert entry.target_id == held.user.id

    @pytest.mark.parametrize("name", ["me", "id"])
    def test_by_the_member(self, held: Held, other: Held, name: str) -> None:
        place = "me" if name == "me" else held.user.id
        held.client.as_key(held.key).delete(f"/users/{place}/credentials", status=200)
        assert held.opens() == NONE
        assert other.opens() == ALL

    def test_by_another_member(self, held: Held, other: Held) -> None:
        other.client.as_key(other.key).delete(f"/users/{held.user.id}/credentials", status=403)
        assert held.opens() == ALL

    def test_of_who_is_not_below(self, client: Client, factory: Factory, held: Held) -> None:
        boss = factory.user("boss", user_class_id=STAFF_CLASS)
        moderator = client.as_key(factory.key(factory.user("mod", grants=["users_moderate"])))
        answer = moderator.delete(f"/users/{boss.id}/credentials", status=403)
        assert answer.json["code"] == "outranked"

    def test_the_password_stays(self, held: Held) -> None:
        held.client.as_key(held.key).delete("/users/me/credentials", status=200)
        body = {"username": held.user.username, "password": PASSWORD}
        held.client.post("/api_keys", body, status=201)


class TestOfEverybody:
    def test_by_a_god(self, client: Client, factory: Factory, held: Held, other: Held) -> None:
        god = client.as_key(factory.key(factory.user("boss", grants=["site_god_mode"])))
        god.delete("/credentials", status=200)
        assert held.opens() == other.opens() == NONE
        god.get("/users/me", status=401)
        held.reset(400)

    def test_by_others(self, client: Client, factory: Factory, held: Held) -> None:
        others = client.as_key(factory.key(factory.user("mod", grants=["users_moderate"])))
        others.delete("/credentials", status=403)
        assert held.opens() == ALL


class TestPasswordReset:
    def test_ends_the_feed_key(self, held: Held) -> None:
        held.reset(200)
        assert held.opens() == {"key": False, "feed": False, "passkey": True}

    def test_ends_the_passkey_if_wished(self, held: Held, other: Held) -> None:
        held.reset(200, end_all_secrets=True)
        assert held.opens() == NONE
        assert other.opens() == ALL
