"""A restricted key allows nothing outside of its scope, whatever its member may do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

Narrow = Callable[..., Client]


@pytest.fixture
def staff_user(factory: Factory) -> User:
    return factory.staff("boss")


@pytest.fixture
def narrow(client: Client, factory: Factory, staff_user: User) -> Narrow:
    """``narrow(*scope)``: a client with a restricted key of staff."""
    return lambda *scope: client.as_key(factory.key(staff_user, *scope))


class TestViews:
    def test_beyond(self, narrow: Narrow) -> None:
        for path in ("/api_keys", "/api_keys/xxxxxxxxxx", "/invites", "/site_log"):
            answer = narrow("users_view").get(path, status=403)
            assert answer.json["code"] == "key_forbidden"

    def test_within(self, narrow: Narrow) -> None:
        narrow("api_keys_view").get("/api_keys", status=200)

    def test_god_mode_is_no_way_out(self, narrow: Narrow) -> None:
        narrow("site_god_mode").get("/api_keys", status=403)


class TestOthers:
    """Access to others' data requires a separate permission, also in the scope."""

    def test_keys(self, narrow: Narrow, factory: Factory) -> None:
        owner = factory.user()
        name = factory.key(owner)[:10]
        for scope in (["api_keys_view"], ["api_keys_view", "api_keys_revoke_others"]):
            narrow(*scope).get(f"/api_keys/{name}", status=404)
            narrow(*scope).get(f"/api_keys?user_id={owner.id}", status=403)
        wide = narrow("api_keys_view", "api_keys_view_others")
        wide.get(f"/api_keys/{name}", status=200)

    def test_revoking(self, narrow: Narrow, factory: Factory) -> None:
        owner = factory.user()
        name = factory.key(owner)[:10]
        caller = narrow("api_keys_revoke", "api_keys_view", "api_keys_view_others")
        caller.delete(f"/api_keys/{name}", status=404)
        caller.delete(f"/api_keys?user_id={owner.id}", status=403)


class TestFields:
    def test_of_others(self, narrow: Narrow, factory: Factory) -> None:
        path = f"/users/{factory.user().id}"
        plain = narrow("users_view").get(path, status=200).json["response"]
        assert not {"email", "inviter", "last_seen"} & set(plain)
        wide = narrow("users_view", "users_moderate").get(path, status=200).json["response"]
        assert {"email", "inviter", "last_seen"} <= set(wide)

    def test_of_oneself(self, narrow: Narrow) -> None:
        user = narrow("users_view").get("/users/me", status=200).json["response"]
        assert not {"email", "locked", "invites", "last_seen"} & set(user)


class TestNewKeys:
    def test_not_a_full_one(self, narrow: Narrow) -> None:
        answer = narrow("users_view").post("/api_keys", status=403)
        assert answer.json["code"] == "key_forbidden"

    @pytest.mark.parametrize("permissions", [["users_moderate"], ["users_view", "site_god_mode"]])
    def test_not_a_wider_one(self, narrow: Narrow, permissions: list[str]) -> None:
        body = {"permissions": permissions}
        answer = narrow("users_view").post("/api_keys", body, status=400)
        assert list(answer.json["errors"]) == ["permissions"]

    def test_one_as_narrow(self, client: Client, narrow: Narrow) -> None:
        body = {"permissions": ["users_view"]}
        answer = narrow("users_view", "api_keys_view").post("/api_keys", body, status=201)
        client.as_key(answer.json["response"]["key"]).get("/api_keys", status=403)
