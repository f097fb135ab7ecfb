"""``DELETE /api_keys/{hash}`` and ``DELETE /api_keys``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulsar.apikeys.models import APIKey
from pulsar.interfaces import IDatabase
from pulsar.sitelog.models import LogEntry
from pulsar.testing.client import JSON, Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User


@pytest.fixture
def user(factory: Factory) -> User:
    return factory.user("somebody")


@pytest.fixture
def caller(client: Client, factory: Factory, user: User) -> Client:
    return client.as_key(factory.key(user))


@pytest.fixture
def other(client: Client, factory: Factory, user: User) -> str:
    """Another key of the same member, which was just used."""
    key = factory.key(user)
    client.as_key(key).get("/users/me", status=200)
    return key


@pytest.fixture
def moderator(client: Client, factory: Factory) -> Client:
    """A client of a member who ranks above class 1, without god mode."""
    permissions = ("api_keys_revoke", "api_keys_revoke_others")
    moderators = factory.user_class("Moderators", *permissions, rank=50)
    return client.as_key(factory.key(factory.user("mod", user_class_id=moderators.id)))


class TestOne:
    def test_ends_at_once(self, client: Client, caller: Client, other: str) -> None:
        answer = caller.delete(f"/api_keys/{other[:10]}", status=200)
        assert answer.json["response"] == f"APIKey {other[:10]} has been revoked."
        client.as_key(other).get("/users/me", status=401)
        caller.get("/users/me", status=200)

    def test_itself(self, client: Client, other: str) -> None:
        own = client.as_key(other)
        own.delete(f"/api_keys/{other[:10]}", status=200)
        own.get("/users/me", status=401)

    def test_again(self, caller: Client, other: str) -> None:
        caller.delete(f"/api_keys/{other[:10]}", status=200)
        answer = caller.delete(f"/api_keys/{other[:10]}", status=400).json
        assert answer["code"] == "already_revoked"
        assert answer["response"] == f"APIKey {other[:10]} is already revoked."

    def test_anothers(self, client: Client, member: Client, other: str) -> None:
        answer = member.delete(f"/api_keys/{other[:10]}", status=404)
        assert answer.json["response"] == f"APIKey {other[:10]} does not exist."
        client.as_key(other).get("/users/me", status=200)

    def test_seeing_is_not_revoking(self, client: Client, factory: Factory, other: str) -> None:
        viewer = client.as_key(factory.key(factory.user(grants=["api_keys_view_others"])))
        viewer.get(f"/api_keys/{other[:10]}", status=200)
        viewer.delete(f"/api_keys/{other[:10]}", status=404)

    def test_staff(
        self, client: Client, moderator: Client, other: str, user: User, db: Session
    ) -> None:
        moderator.delete(f"/api_keys/{other[:10]}", status=200)
        client.as_key(other).get("/users/me", status=401)
        entry = db.scalars(select(LogEntry)).one()
        assert (entry.action, entry.target_type) == ("api_keys_revoked", "users")
        assert (entry.target_id, entry.summary) == (user.id, f"somebody: {other[:10]}")

    def test_the_rank_rule(self, client: Client, moderator: Client, factory: Factory) -> None:
        key = factory.key(factory.staff())
        answer = moderator.delete(f"/api_keys/{key[:10]}", status=403)
        assert answer.json["code"] == "outranked"
        client.as_key(key).get("/users/me", status=200)

    def test_a_rollback_revokes_nothing(
        self, client: Client, caller: Client, other: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The cached identity is dropped only after the commit."""

        def fail(*args: Any) -> None:
            raise RuntimeError

        with monkeypatch.context() as patched:
            patched.setattr("pulsar.serialization.renderer.encode", fail)
            with pytest.raises(RuntimeError):
                caller.delete(f"/api_keys/{other[:10]}")
        client.as_key(other).get("/users/me", status=200)


class TestAll:
    SENTENCE = "All api keys have been revoked."

    def test_all_of_them(self, client: Client, caller: Client, other: str, member: Client) -> None:
        assert caller.delete("/api_keys", status=200).json["response"] == self.SENTENCE
        for revoked in (caller, client.as_key(other)):
            revoked.get("/users/me", status=401)
        member.get("/users/me", status=200)

    def test_when_they_ended_stays(self, caller: Client, other: str, db: Session) -> None:
        caller.delete(f"/api_keys/{other[:10]}", status=200)
        row = db.scalars(select(APIKey).where(APIKey.hash == other[:10])).one()
        before = row.revoked
        caller.delete("/api_keys", status=200)
        db.refresh(row)
        assert row.revoked == before

    def test_staff(
        self, client: Client, moderator: Client, other: str, user: User, db: Session
    ) -> None:
        answer = moderator.delete(f"/api_keys?user_id={user.id}", status=200)
        assert answer.json["response"] == self.SENTENCE
        client.as_key(other).get("/users/me", status=401)
        moderator.get("/users/me", status=200)
        assert db.scalars(select(LogEntry.summary)).one() == "somebody: all"

    def test_the_rank_rule(self, moderator: Client, factory: Factory) -> None:
        answer = moderator.delete(f"/api_keys?user_id={factory.staff().id}", status=403)
        assert answer.json["code"] == "outranked"

    def test_not_anothers(self, member: Client, user: User) -> None:
        answer = member.delete(f"/api_keys?user_id={user.id}", status=403)
        assert answer.json["code"] == "forbidden"

    def test_nobodys(self, moderator: Client) -> None:
        moderator.delete("/api_keys?user_id=987654", status=404)

    def test_the_body_does_not_say_whose(self, moderator: Client, user: User) -> None:
        body = json.dumps({"user_id": user.id}).encode()
        answer = moderator.request("DELETE", "/api_keys", body=body, content_type=JSON, status=400)
        assert answer.json["errors"] == {"user_id": ["extra keys not allowed"]}


class TestRace:
    """Concurrent requests that revoke the same key."""

    def test_one_revokes_it(self, make_site: Any, together: Callable[..., list[Any]]) -> None:
        site = make_site()
        database = site.registry.getUtility(IDatabase)
        with database.session(True) as session:
            factory = Factory(session)
            user = factory.user()
            caller = Client(site).as_key(factory.key(user))
            name = factory.key(user)[:10]
        statuses = together(*[lambda: caller.delete(f"/api_keys/{name}").status_int] * 6)
        assert sorted(statuses) == [200, *[400] * 5]
        with database.session() as session:
            assert session.scalar(select(func.count()).where(APIKey.revoked.is_not(None))) == 1
