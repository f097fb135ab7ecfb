"""``POST /invites/grant``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.sitelog.models import LogEntry
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

Left = Callable[[User], int]


@pytest.fixture
def users(factory: Factory) -> list[User]:
    return [factory.user("one"), factory.user("two", invites=5)]


@pytest.fixture
def giver(client: Client, factory: Factory) -> Client:
    """A client of a member who ranks above class 1, without god mode."""
    givers = factory.user_class("Givers", "users_view", "invites_grant", rank=50)
    return client.as_key(factory.key(factory.user("giver", user_class_id=givers.id)))


class TestMembers:
    def test_success(self, giver: Client, users: list[User], left: Left, db: Session) -> None:
        ids = [user.id for user in users]
        answer = giver.post("/invites/grant", {"user_ids": ids, "count": 3}, status=200)
        assert answer.json["response"] == "2 members have been given 3 invites each."
        assert [left(user) for user in users] == [3, 8]
        entry = db.scalars(select(LogEntry)).one()
        assert entry.action == "invites_granted"
        assert entry.summary == "3 each to one, two"
        assert entry.after == {"count": 3, "user_ids": ids}

    def test_the_profile_shows_it(
        self, giver: Client, client: Client, factory: Factory, users: list[User]
    ) -> None:
        caller = client.as_key(factory.key(users[0]))
        assert caller.get("/users/me").json["response"]["invites"] == 0
        giver.post("/invites/grant", {"user_ids": [users[0].id], "count": 1}, status=200)
        assert caller.get("/users/me").json["response"]["invites"] == 1

    def test_named_twice(self, giver: Client, users: list[User], left: Left) -> None:
        body = {"user_ids": [users[0].id] * 2, "count": 1}
        giver.post("/invites/grant", body, status=200)
        assert left(users[0]) == 1

    def test_unknown(self, giver: Client, users: list[User], left: Left) -> None:
        body = {"user_ids": [users[0].id, 987654], "count": 1}
        answer = giver.post("/invites/grant", body, status=400)
        assert answer.json["errors"] == {"user_ids": ["Invalid User id."]}
        assert left(users[0]) == 0

    def test_the_rank_rule(
        self, giver: Client, users: list[User], factory: Factory, left: Left
    ) -> None:
        body = {"user_ids": [users[0].id, factory.staff().id], "count": 1}
        assert giver.post("/invites/grant", body, status=403).json["code"] == "outranked"
        assert left(users[0]) == 0

    def test_not_oneself(self, giver: Client) -> None:
        own = giver.get("/users/me").json["response"]["id"]
        giver.post("/invites/grant", {"user_ids": [own], "count": 1}, status=403)


class TestClass:
    def test_success(
        self, giver: Client, users: list[User], factory: Factory, left: Left, db: Session
    ) -> None:
        disabled = factory.user(enabled=False)
        other = factory.user(user_class_id=factory.user_class("Others", rank=1).id)
        answer = giver.post("/invites/grant", {"user_class_id": 1, "count": 2}, status=200)
        assert answer.json["response"] == "2 members have been given 2 invites each."
        assert [left(user) for user in (*users, disabled, other)] == [2, 7, 0, 0]
        entry = db.scalars(select(LogEntry)).one()
        assert (entry.action, entry.target_type) == ("invites_granted", "user_classes")
        assert (entry.target_id, entry.after) == (1, {"count": 2})

    def test_the_profile_shows_it(
        self, giver: Client, client: Client, factory: Factory, users: list[User]
    ) -> None:
        caller = client.as_key(factory.key(users[0]))
        caller.get("/users/me", status=200)
        giver.post("/invites/grant", {"user_class_id": 1, "count": 2}, status=200)
        assert caller.get("/users/me").json["response"]["invites"] == 2

    def test_unknown(self, giver: Client) -> None:
        answer = giver.post("/invites/grant", {"user_class_id": 987654, "count": 1}, status=400)
        assert answer.json["errors"] == {"user_class_id": ["Invalid UserClass id."]}

    def test_the_rank_rule(self, giver: Client) -> None:
        answer = giver.post("/invites/grant", {"user_class_id": 2, "count": 1}, status=403)
        assert answer.json["code"] == "outranked"


class TestRefused:
    @pytest.mark.one_backend
    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"count": 1}, "user_ids"),
            ({"user_ids": [1], "user_class_id": 1, "count": 1}, "user_ids"),
            ({"user_ids": [], "count": 1}, "user_ids"),
            ({"user_ids": [1] * 101, "count": 1}, "user_ids"),
            ({"user_class_id": 1}, "count"),
            ({"user_class_id": 1, "count": 0}, "count"),
            ({"user_class_id": 1, "count": -1}, "count"),
            ({"user_class_id": 1, "count": 1001}, "count"),
        ],
    )
    def test_input(self, giver: Client, body: dict[str, Any], field: str) -> None:
        assert list(giver.post("/invites/grant", body, status=400).json["errors"]) == [field]

    def test_member(self, member: Client) -> None:
        member.post("/invites/grant", {"user_class_id": 1, "count": 1}, status=403)
