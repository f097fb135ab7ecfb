"""What a member may do, as ``/users/me`` and ``/users/{id}`` show it."""

from __future__ import annotations

from typing import Any

from pulsar.testing.client import Client
from pulsar.testing.factories import STAFF_CLASS, Factory


def shown(client: Client, path: str = "/users/me") -> Any:
    """The member."""
    return client.get(path, status=200).json["response"]


class TestOwn:
    def test_is_what_the_member_may_do(self, client: Client, factory: Factory) -> None:
        user = factory.user(grants=["users_warn"], denials=["users_view"])
        names = shown(client.as_key(factory.key(user)))["permissions"]
        assert names == sorted(set(names))
        assert "users_warn" in names
        assert "users_view" not in names

    def test_is_what_the_key_may_do(self, client: Client, factory: Factory) -> None:
        key = factory.key(factory.user(grants=["users_warn"]), "users_warn", "users_disable")
        body = client.as_key(key).get("/users/me").json["response"]
        assert body.get("permissions", ["users_warn"]) == ["users_warn"]

    def test_of_a_god_names_everything(self, client: Client, factory: Factory) -> None:
        god = client.as_key(factory.key(factory.user(grants=["site_god_mode"])))
        assert {"users_disable", "site_god_mode"} <= set(shown(god)["permissions"])

    def test_follows_a_change(self, client: Client, factory: Factory) -> None:
        god = client.as_key(factory.key(factory.user("god", grants=["site_god_mode"])))
        user = factory.user("member")
        member = client.as_key(factory.key(user))
        assert "users_warn" not in shown(member)["permissions"]
        god.put(f"/users/{user.id}", {"permissions": {"users_warn": True}}, status=200)
        assert "users_warn" in shown(member)["permissions"]

    def test_basic_ones_are_not_for_members(self, client: Client, factory: Factory) -> None:
        assert "basic_permissions" not in shown(client.as_key(factory.key(factory.user())))


class TestOfOthers:
    def test_needs_permissions(self, client: Client, factory: Factory) -> None:
        user = factory.user(grants=["users_warn"])
        path = f"/users/{user.id}"
        moderator = client.as_key(factory.key(factory.user(grants=["users_moderate"])))
        body = shown(moderator, path)
        assert "permissions" not in body
        assert "users_warn" not in body["basic_permissions"]
        advanced = client.as_key(factory.key(factory.user(grants=["users_moderate_advanced"])))
        body = shown(advanced, path)
        assert "users_warn" in body["permissions"]
        assert "basic_permissions" not in body

    def test_of_staff(self, client: Client, factory: Factory) -> None:
        god = client.as_key(factory.key(factory.user("god", grants=["site_god_mode"])))
        boss = factory.user("boss", user_class_id=STAFF_CLASS)
        assert "users_moderate" in shown(god, f"/users/{boss.id}")["permissions"]
