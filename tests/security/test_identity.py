"""The caller, independent of the database."""

from __future__ import annotations

from typing import Any

import pytest
from pyramid.authorization import Authenticated, Everyone

from pulsar.security import Identity, own


def identity(*granted: str, scope: set[str] | None = None, **kwargs: Any) -> Identity:
    return Identity(
        **{
            "user_id": 7,
            "username": "somebody",
            "user_class_id": 1,
            "enabled": True,
            "locked": False,
            "granted": frozenset(granted),
            "key_id": 1,
            "key_hash": "abcdefghij",
            "scope": None if scope is None else frozenset(scope),
            **kwargs,
        }
    )


class TestHas:
    def test_granted(self) -> None:
        assert identity("users_view").has("users_view")
        assert not identity("users_view").has("users_moderate")

    def test_scope_narrows(self) -> None:
        both = identity("users_view", "users_moderate", scope={"users_view"})
        assert both.has("users_view")
        assert not both.has("users_moderate")

    def test_scope_grants_nothing(self) -> None:
        assert not identity("users_view", scope={"users_moderate"}).has("users_moderate")

    def test_empty_scope(self) -> None:
        assert not identity("users_view", scope=set()).has("users_view")

    def test_god_mode(self) -> None:
        assert identity("site_god_mode").has("anything")

    def test_god_mode_with_scope(self) -> None:
        god = identity("site_god_mode", scope={"users_view"})
        assert god.has("users_view")
        assert not god.has("users_moderate")
        assert not god.has("site_god_mode")

    def test_locked_god(self) -> None:
        assert not identity("site_god_mode", locked=True).has("users_view")


class TestOwns:
    def test_own(self) -> None:
        assert identity().owns(7)
        assert not identity().owns(8)
        assert not identity().owns(None)

    def test_not_with_a_restricted_key(self) -> None:
        assert not identity("users_view", scope={"users_view"}).owns(7)

    def test_god_mode_is_no_ownership(self) -> None:
        assert not identity("site_god_mode").owns(8)


class TestHeld:
    """The names of held permissions, for code that needs permissions that differ by an id."""

    def test_granted(self) -> None:
        assert identity("a_1", "b_2").held == {"a_1", "b_2"}

    def test_scope_narrows(self) -> None:
        assert identity("a_1", "b_2", scope={"a_1", "c_3"}).held == {"a_1"}

    def test_god_mode_is_not_spelled_out(self) -> None:
        assert identity("site_god_mode", "a_1").held == {"site_god_mode", "a_1"}

    def test_god_mode_with_scope(self) -> None:
        assert identity("site_god_mode", scope={"a_1"}).held == {"a_1"}

    def test_locked_god_with_scope(self) -> None:
        assert identity("site_god_mode", locked=True, scope={"a_1"}).held == set()


class TestPrincipals:
    def test_everybody(self) -> None:
        assert Everyone in identity().principals
        assert Authenticated in identity().principals

    def test_permission(self) -> None:
        assert "users_view" in identity("users_view").principals
        assert "users_moderate" not in identity("users_view").principals

    def test_user(self) -> None:
        assert "user:7" in identity().principals
        assert "user:70" not in identity().principals
        assert "user:7" not in identity(scope={"users_view"}).principals

    @pytest.mark.parametrize(
        ("caller", "held"),
        [
            (identity("torrents_upload"), True),
            (identity(), False),
            (identity("torrents_upload", user_id=8), False),
            (identity("torrents_upload", scope={"torrents_upload"}), True),
            (identity("torrents_upload", scope={"torrents_view"}), False),
        ],
    )
    def test_user_who_holds_a_permission(self, caller: Identity, held: bool) -> None:
        assert (own(7, "torrents_upload") in caller.principals) is held


class TestDetached:
    def test_cannot_be_changed(self) -> None:
        with pytest.raises(AttributeError):
            identity().user_id = 1  # type: ignore[misc]
