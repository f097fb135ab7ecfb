"""``pulsar permissions``."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User, UserPermission


@pytest.fixture
def user(factory: Factory) -> User:
    """A member of class 1, which has users_view but not users_warn."""
    return factory.user("Bob")


@pytest.fixture
def own(db: Session, user: User) -> Any:
    """``own()``: the member's grants and denials."""

    def find() -> dict[str, bool]:
        rows = db.scalars(select(UserPermission).where(UserPermission.user_id == user.id))
        return {row.permission: row.granted for row in rows}

    return find


@pytest.fixture
def permissions_of(succeed: Any) -> Any:
    """``permissions_of()``: the output of ``list`` for the member, as columns by permission."""

    def find() -> dict[str, list[str]]:
        lines = succeed("permissions", "list", "bob").splitlines()
        return {line.split()[0]: line.split()[1:] for line in lines}

    return find


class TestList:
    def test_all(self, succeed: Any) -> None:
        lines = succeed("permissions", "list").splitlines()
        assert [line.split()[0] for line in lines] == sorted(line.split()[0] for line in lines)
        [line] = [line for line in lines if line.startswith("torrents_view ")]
        assert line.split(maxsplit=2) == [
            "torrents_view",
            "torrents",
            "Browse and search torrents.",
        ]

    def test_patterns(self, succeed: Any) -> None:
        lines = succeed("permissions", "list").splitlines()
        [line] = [line for line in lines if line.startswith("forumaccess_thread_")]
        assert line.split(maxsplit=2) == ["forumaccess_thread_ID", "forums", "See a thread."]

    def test_of_a_member(
        self, factory: Factory, user: User, db: Session, permissions_of: Any
    ) -> None:
        for name, granted in (("users_warn", True), ("users_view", False)):
            db.add(UserPermission(user_id=user.id, permission=name, granted=granted))
        db.commit()
        permissions = permissions_of()
        assert permissions["users_warn"] == ["yes", "granted"]
        assert permissions["users_view"] == ["no", "denied"]
        assert permissions["notifications_view"] == ["yes", "class"]
        assert "users_notes" not in permissions

    def test_of_a_locked_member(self, factory: Factory, succeed: Any) -> None:
        factory.user("locked", locked=True)
        *lines, last = succeed("permissions", "list", "locked").splitlines()
        assert last == "locked is locked."
        held = {line.split()[0] for line in lines if line.split()[1] == "yes"}
        assert held == {"view_staff_pm", "send_staff_pm", "resolve_staff_pm"}

    def test_of_nobody(self, fail: Any) -> None:
        assert fail("permissions", "list", "nobody") == "There is no member 'nobody'."


class TestPatterns:
    """Permissions that are declared by a pattern."""

    def test_granted_and_taken_back(
        self, user: User, succeed: Any, own: Any, permissions_of: Any
    ) -> None:
        succeed("permissions", "grant", "bob", "forumaccess_forum_7")
        assert permissions_of()["forumaccess_forum_7"] == ["yes", "granted"]
        succeed("permissions", "reset", "bob", "forumaccess_forum_7")
        assert own() == {}

    def test_denied_though_nothing_gives_it(
        self, user: User, succeed: Any, own: Any, permissions_of: Any
    ) -> None:
        succeed("permissions", "deny", "bob", "forumaccess_thread_7")
        assert own() == {"forumaccess_thread_7": False}
        assert permissions_of()["forumaccess_thread_7"] == ["no", "denied"]

    def test_without_an_id(self, user: User, fail: Any, own: Any) -> None:
        for name in ("forumaccess_forum_", "forumaccess_forum_0"):
            printed = fail("permissions", "grant", "bob", name)
            assert printed.startswith(f"{name} is not a valid permission.")
        assert own() == {}


class TestGrant:
    def test_felt_at_once(
        self, client: Client, factory: Factory, user: User, succeed: Any, own: Any
    ) -> None:
        caller = client.as_key(factory.key(user))
        caller.get("/site_log", status=403)
        printed = succeed("permissions", "grant", "bob", "site_log_view", "users_warn")
        assert printed == "Bob holds site_log_view, users_warn now.\n"
        assert own() == {"site_log_view": True, "users_warn": True}
        caller.get("/site_log", status=200)

    def test_logged(self, user: User, succeed: Any, logged: Any) -> None:
        succeed("permissions", "grant", "bob", "users_warn")
        [entry] = logged()
        assert (entry.action, entry.actor_id, entry.target_id) == (
            "user_permissions",
            None,
            user.id,
        )
        assert (entry.before, entry.after) == ({"permissions": []}, {"permissions": ["users_warn"]})

    def test_lifts_a_denial(self, user: User, succeed: Any, own: Any, permissions_of: Any) -> None:
        succeed("permissions", "deny", "bob", "users_view")
        succeed("permissions", "grant", "bob", "users_view")
        assert own() == {}
        assert permissions_of()["users_view"] == ["yes", "class"]

    def test_held_already(self, user: User, fail: Any, own: Any) -> None:
        sentence = "The following permissions could not be added: users_view."
        assert fail("permissions", "grant", "bob", "users_view", "users_warn") == sentence
        assert own() == {}

    def test_unknown(self, user: User, fail: Any, own: Any) -> None:
        sentence = "users_warm is not a valid permission. Did you mean users_warn?"
        assert fail("permissions", "grant", "bob", "users_notes", "users_warm") == sentence
        assert own() == {}

    def test_staff_too(self, factory: Factory, succeed: Any) -> None:
        """The operator outranks everyone."""
        factory.staff("boss")
        assert succeed("permissions", "grant", "boss", "users_warn")

    def test_without_a_name(self, run: Any, user: User) -> None:
        assert run("permissions", "grant", "bob").exit_code == 2


class TestDeny:
    def test_felt_at_once(
        self, client: Client, factory: Factory, user: User, succeed: Any, own: Any
    ) -> None:
        caller = client.as_key(factory.key(user))
        caller.get(f"/users/{user.id}", status=200)
        printed = succeed("permissions", "deny", "bob", "users_view")
        assert printed == "Bob does not hold users_view any more.\n"
        assert own() == {"users_view": False}
        caller.get(f"/users/{user.id}", status=403)

    def test_takes_a_grant_back(self, user: User, succeed: Any, own: Any) -> None:
        succeed("permissions", "grant", "bob", "users_warn")
        succeed("permissions", "deny", "bob", "users_warn")
        assert own() == {}

    def test_not_held(self, user: User, fail: Any) -> None:
        sentence = "The following permissions could not be deleted: users_warn."
        assert fail("permissions", "deny", "bob", "users_warn") == sentence

    def test_of_a_plugin_that_is_gone(
        self, user: User, succeed: Any, own: Any, db: Session
    ) -> None:
        db.add(UserPermission(user_id=user.id, permission="gone_view", granted=True))
        db.commit()
        succeed("permissions", "deny", "bob", "gone_view")
        assert own() == {}


class TestReset:
    @pytest.mark.parametrize(("command", "name"), [("grant", "users_warn"), ("deny", "users_view")])
    def test_back_to_the_classes(
        self, user: User, succeed: Any, own: Any, permissions_of: Any, command: str, name: str
    ) -> None:
        before = permissions_of()
        succeed("permissions", command, "bob", name)
        assert permissions_of() != before
        printed = succeed("permissions", "reset", "bob", name)
        assert printed == f"Bob's classes decide on {name} again.\n"
        assert own() == {}
        assert permissions_of() == before

    def test_a_denial_that_classes_no_longer_contradict(
        self, user: User, succeed: Any, own: Any, permissions_of: Any, db: Session
    ) -> None:
        """Removing the denial grants nothing."""
        db.add(UserPermission(user_id=user.id, permission="users_warn", granted=False))
        db.commit()
        succeed("permissions", "reset", "bob", "users_warn")
        assert own() == {}
        assert "users_warn" not in permissions_of()

    def test_felt_at_once(self, client: Client, factory: Factory, user: User, succeed: Any) -> None:
        caller = client.as_key(factory.key(user))
        succeed("permissions", "deny", "bob", "users_view")
        caller.get(f"/users/{user.id}", status=403)
        succeed("permissions", "reset", "bob", "users_view")
        caller.get(f"/users/{user.id}", status=200)

    def test_nothing_of_their_own(self, user: User, succeed: Any, fail: Any, own: Any) -> None:
        succeed("permissions", "grant", "bob", "users_warn")
        sentence = "users_view: neither granted nor denied to the member"
        assert fail("permissions", "reset", "bob", "users_view", "users_warn") == sentence
        assert own() == {"users_warn": True}
