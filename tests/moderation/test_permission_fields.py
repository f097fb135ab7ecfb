"""The permissions in members' profiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulsar.interfaces import IPermission
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory


def profile(client: Client, path: str = "/users/me") -> dict[str, Any]:
    """Return the profile at the path."""
    response: dict[str, Any] = client.get(path, status=200).json["response"]
    return response


class TestOneself:
    def test_what_class_and_grants_give(self, client: Client, factory: Factory) -> None:
        user = factory.user(grants=["users_warn"], denials=["users_view"])
        permissions = profile(client.as_key(factory.key(user)))["permissions"]
        assert permissions == sorted(permissions)
        assert "users_warn" in permissions
        assert "statistics_view" in permissions
        assert "users_view" not in permissions

    def test_a_god_may_do_everything(self, staff: Client, registry: Any) -> None:
        declared = {name for name, _ in registry.getUtilitiesFor(IPermission)}
        assert set(profile(staff)["permissions"]) >= declared

    def test_locked(self, client: Client, factory: Factory, registry: Any) -> None:
        caller = client.as_key(factory.key(factory.user(locked=True, grants=["users_warn"])))
        left = registry.settings["pulsar.lock_permissions"]
        assert profile(caller)["permissions"] == sorted(left)

    def test_next_request_after_a_change(
        self, client: Client, staff: Client, factory: Factory
    ) -> None:
        user = factory.user()
        caller = client.as_key(factory.key(user))
        assert "users_warn" not in profile(caller)["permissions"]
        body = {"permissions": {"users_warn": True}}
        staff.put(f"/users/{user.id}", body, status=200)
        assert "users_warn" in profile(caller)["permissions"]

    def test_warm_profile_costs_no_sql(self, member: Client, count_sql: Callable[[], Any]) -> None:
        profile(member)
        with count_sql() as statements:
            assert profile(member)["permissions"]
        assert len(statements) == 0


class TestOthers:
    def test_who_sees_what(self, client: Client, factory: Factory) -> None:
        path = f"/users/{factory.user(grants=['users_warn']).id}"
        for grants, fields in (
            ([], set()),
            (["users_moderate"], {"basic_permissions"}),
            (
                ["users_moderate", "users_moderate_advanced", "users_warn"],
                {"basic_permissions", "permissions"},
            ),
        ):
            caller = client.as_key(factory.key(factory.user(grants=grants)))
            user = profile(caller, path)
            assert fields == user.keys() & {"basic_permissions", "permissions"}

    def test_effective_and_basic(self, client: Client, factory: Factory, registry: Any) -> None:
        basic = sorted(
            name
            for name, permission in registry.getUtilitiesFor(IPermission)
            if permission.basic and permission.member
        )
        user = factory.user(grants=["users_warn"], denials=basic[:1])
        grants = ["users_moderate", "users_moderate_advanced", "users_warn"]
        caller = client.as_key(factory.key(factory.user(grants=grants)))
        fields = profile(caller, f"/users/{user.id}")
        assert "users_warn" in fields["permissions"]
        assert "users_warn" not in fields["basic_permissions"]
        assert set(fields["basic_permissions"]) == set(basic[1:])

    def test_not_inside_of_other_things(self, staff: Client, factory: Factory) -> None:
        user_id = factory.user().id
        staff.post(f"/users/{user_id}/notes", {"note": "Hello."}, status=201)
        [note] = staff.get(f"/users/{user_id}/notes").json["response"]["items"]
        assert not any("permissions" in value for value in note.values() if isinstance(value, dict))
