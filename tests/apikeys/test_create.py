"""``POST /api_keys``."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.apikeys.models import APIKey
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User


@pytest.fixture
def user(factory: Factory) -> User:
    return factory.user("Somebody")


def log_in(client: Client, status: int = 201, **values: Any) -> Any:
    account = {"username": "somebody", "password": PASSWORD}
    return client.post("/api_keys", {**account, **values}, status=status).json


class TestPassword:
    def test_right(self, client: Client, user: User, db: Session) -> None:
        new_key = log_in(client)["response"]
        assert new_key["permissions"] is None
        row = db.scalars(select(APIKey)).one()
        assert new_key["hash"] == row.hash == new_key["key"][:10]
        assert (row.user_id, row.permanent, row.timeout) == (user.id, False, 1800)
        assert client.as_key(new_key["key"]).get("/users/me").json["response"]["id"] == user.id

    def test_the_key_is_not_stored(self, client: Client, user: User, db: Session) -> None:
        key = log_in(client)["response"]["key"]
        row = db.scalars(select(APIKey)).one()
        assert key not in {str(value) for value in vars(row).values()}

    @pytest.mark.parametrize(
        "wrong",
        [
            {"password": "wrong horse 1!"},
            {"password": PASSWORD.upper()},
            {"username": "nobody"},
            {"username": "somebody%"},
        ],
    )
    def test_wrong(self, client: Client, user: User, wrong: dict[str, str]) -> None:
        answer = log_in(client, 401, **wrong)
        assert answer["code"] == "invalid_credentials"
        assert answer["response"] == "Invalid credentials."

    def test_half(self, client: Client, user: User) -> None:
        for half in ({"username": "somebody"}, {"password": PASSWORD}, {}):
            assert client.post("/api_keys", half, status=401).json["code"] == "invalid_credentials"

    def test_disabled(self, client: Client, factory: Factory) -> None:
        factory.user("gone", enabled=False)
        assert log_in(client, 403, username="gone")["code"] == "account_disabled"
        log_in(client, 401, username="gone", password="wrong horse 1!")

    def test_goes_before_the_key_that_is_sent(
        self, client: Client, user: User, factory: Factory
    ) -> None:
        other = client.as_key(factory.key(factory.user(), "users_view"))
        new_key = log_in(other)["response"]
        assert client.as_key(new_key["key"]).get("/users/me").json["response"]["id"] == user.id


class TestKey:
    def test_makes_another(self, client: Client, user: User, factory: Factory) -> None:
        caller = client.as_key(factory.key(user))
        api_key = caller.post("/api_keys", status=201).json["response"]
        assert client.as_key(api_key["key"]).get("/users/me").json["response"]["id"] == user.id

    def test_nobody(self, client: Client) -> None:
        client.post("/api_keys", status=401)


class TestOptions:
    def test_permanent(self, client: Client, user: User, db: Session) -> None:
        log_in(client, permanent=True)
        assert db.scalars(select(APIKey.permanent)).one()

    def test_timeout(self, client: Client, user: User, db: Session) -> None:
        log_in(client, timeout=60)
        assert db.scalars(select(APIKey.timeout)).one() == 60

    @pytest.mark.one_backend
    @pytest.mark.parametrize("timeout", [59, 0, -1, 31_536_001, "60", 60.5, True])
    def test_bad_timeout(self, client: Client, user: User, timeout: Any) -> None:
        assert "timeout" in log_in(client, 400, timeout=timeout)["errors"]


class TestPermissions:
    def test_of_the_member(self, client: Client, user: User) -> None:
        new_key = log_in(client, permissions=["users_view"])["response"]
        assert new_key["permissions"] == ["users_view"]
        caller = client.as_key(new_key["key"])
        caller.get(f"/users/{user.id}", status=200)
        caller.get("/torrents", status=403)

    def test_none_at_all(self, client: Client, user: User) -> None:
        new_key = log_in(client, permissions=[])["response"]
        client.as_key(new_key["key"]).get(f"/users/{user.id}", status=403)

    @pytest.mark.parametrize("name", ["users_moderate", "no_such_permission"])
    def test_beyond_the_member(self, client: Client, user: User, name: str) -> None:
        answer = log_in(client, 400, permissions=["users_view", name])
        assert answer["errors"] == {
            "permissions": ["permissions must be in the user's permissions list"]
        }

    def test_beyond_the_key(self, client: Client, factory: Factory) -> None:
        staff = factory.staff()
        narrow = client.as_key(factory.key(staff, "users_view", "torrents_view"))
        narrow.post("/api_keys", {"permissions": ["users_moderate"]}, status=400)
        narrow.post("/api_keys", {"permissions": ["users_view"]}, status=201)

    def test_a_narrow_key_makes_no_full_one(self, client: Client, factory: Factory) -> None:
        narrow = client.as_key(factory.key(factory.user(), "users_view"))
        assert narrow.post("/api_keys", status=403).json["code"] == "key_forbidden"

    def test_god_mode(self, client: Client, factory: Factory) -> None:
        staff = client.as_key(factory.key(factory.staff()))
        answer = staff.post("/api_keys", {"permissions": ["users_moderate"]}, status=201)
        assert answer.json["response"]["permissions"] == ["users_moderate"]
