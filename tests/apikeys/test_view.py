"""``GET /api_keys`` and ``GET /api_keys/{hash}``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.apikeys.models import APIKey
from pulsar.db import utcnow
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

FIELDS = {
    *("hash", "user_id", "created", "last_used", "ip", "user_agent", "revoked", "permanent"),
    *("timeout", "permissions"),
}


@pytest.fixture
def user(factory: Factory) -> User:
    return factory.user("somebody")


@pytest.fixture
def own(client: Client, factory: Factory, user: User) -> str:
    """The key with which the user calls."""
    return factory.key(user)


@pytest.fixture
def caller(client: Client, own: str) -> Client:
    return client.as_key(own)


@pytest.fixture
def viewer(client: Client, factory: Factory) -> Client:
    """A client of a member who may see others' keys."""
    return client.as_key(factory.key(factory.user(grants=["api_keys_view_others"])))


def edit(db: Session, key: str, **fields: Any) -> None:
    row = db.scalars(select(APIKey).where(APIKey.hash == key[:10])).one()
    for name, value in fields.items():
        setattr(row, name, value)
    db.commit()


class TestList:
    @pytest.fixture
    def keys(self, db: Session, factory: Factory, user: User, own: str) -> dict[str, str]:
        """The names of keys of each kind, oldest first."""
        past = utcnow() - timedelta(hours=1)
        keys_by_owner = {"own": own}
        for name, fields in {
            "revoked": {"revoked": past},
            "idle": {"last_used": past, "permanent": False},
            "permanent": {"last_used": past},
            "fresh": {"last_used": past, "permanent": False, "timeout": 4000},
        }.items():
            keys_by_owner[name] = factory.key(user)
            edit(db, keys_by_owner[name], **fields)
        return {name: key[:10] for name, key in keys_by_owner.items()}

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["fresh", "permanent", "idle", "revoked", "own"]),
            ("?include_dead=true", ["fresh", "permanent", "idle", "revoked", "own"]),
            ("?include_dead=false", ["fresh", "permanent", "own"]),
            ("?limit=2&page=2", ["idle", "revoked"]),
        ],
    )
    def test_which(
        self, caller: Client, keys: dict[str, str], query: str, names: list[str]
    ) -> None:
        items = caller.get(f"/api_keys{query}", status=200).json["response"]["items"]
        assert [item["hash"] for item in items] == [keys[name] for name in names]

    def test_own_only(self, member: Client, keys: dict[str, str]) -> None:
        assert member.get("/api_keys").json["response"]["total"] == 1

    def test_a_new_one_is_there(self, caller: Client) -> None:
        caller.get("/api_keys", status=200)
        name = caller.post("/api_keys", status=201).json["response"]["hash"]
        assert caller.get("/api_keys").json["response"]["items"][0]["hash"] == name

    def test_anothers(self, viewer: Client, user: User, keys: dict[str, str]) -> None:
        api_keys = viewer.get(f"/api_keys?user_id={user.id}", status=200).json["response"]
        assert {item["user_id"] for item in api_keys["items"]} == {user.id}
        assert api_keys["total"] == 5

    def test_not_anothers(self, member: Client, user: User) -> None:
        assert member.get(f"/api_keys?user_id={user.id}", status=403).json["code"] == "forbidden"

    def test_nobodys(self, viewer: Client) -> None:
        answer = viewer.get("/api_keys?user_id=987654", status=404)
        assert answer.json["response"] == "User 987654 does not exist."

    def test_statements(
        self, caller: Client, factory: Factory, user: User, count_sql: Callable[[], Any]
    ) -> None:
        def ask() -> int:
            caller.get("/api_keys", status=200)
            with count_sql() as statements:
                caller.get("/api_keys", status=200)
            return len(statements)

        few = ask()
        for _ in range(30):
            factory.key(user)
        assert ask() == few == 2


class TestView:
    def test_own(self, caller: Client, own: str, user: User) -> None:
        answer = caller.get(f"/api_keys/{own[:10]}", status=200)
        response = answer.json["response"]
        assert set(response) == FIELDS
        assert (response["hash"], response["user_id"]) == (own[:10], user.id)
        assert (response["permanent"], response["timeout"]) == (True, 1800)
        assert (response["revoked"], response["permissions"]) == (None, None)
        assert response["last_used"].endswith("Z")
        assert own[10:] not in answer.text

    def test_dead(self, caller: Client, factory: Factory, user: User, db: Session) -> None:
        key = factory.key(user)
        edit(db, key, revoked=utcnow())
        api_key = caller.get(f"/api_keys/{key[:10]}", status=200).json["response"]
        assert api_key["revoked"] is not None

    def test_scope(self, caller: Client, factory: Factory, user: User) -> None:
        key = factory.key(user, "users_view")
        api_key = caller.get(f"/api_keys/{key[:10]}", status=200).json["response"]
        assert api_key["permissions"] == ["users_view"]

    def test_where_a_new_key_is(self, caller: Client) -> None:
        answer = caller.post("/api_keys", status=201)
        name = answer.json["response"]["hash"]
        assert answer.headers["Location"] == f"http://localhost/api_keys/{name}"
        caller.get(f"/api_keys/{name}", status=200)

    def test_anothers(self, member: Client, viewer: Client, own: str, user: User) -> None:
        answer = member.get(f"/api_keys/{own[:10]}", status=404)
        assert answer.json["response"] == f"APIKey {own[:10]} does not exist."
        api_key = viewer.get(f"/api_keys/{own[:10]}", status=200).json["response"]
        assert api_key["user_id"] == user.id

    def test_upper_and_lower_case_differ(
        self, caller: Client, factory: Factory, user: User, db: Session
    ) -> None:
        edit(db, factory.key(user), hash="abcdefghiJ")
        caller.get("/api_keys/abcdefghiJ", status=200)
        caller.get("/api_keys/abcdefghij", status=404)

    @pytest.mark.parametrize("name", ["1", "x" * 9, "x" * 11, "x" * 9 + "%0A", "%C3%A9" * 10])
    def test_no_name(self, caller: Client, name: str) -> None:
        caller.get(f"/api_keys/{name}", status=404)

    def test_without_the_permission(self, client: Client, factory: Factory, own: str) -> None:
        blind = client.as_key(factory.key(factory.user(denials=["api_keys_view"])))
        for name in (own[:10], "x" * 10):
            assert blind.get(f"/api_keys/{name}", status=403).json["code"] == "forbidden"
