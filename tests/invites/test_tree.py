"""``GET /users/{id}/invite_tree``, and the inviter of a member."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulsar.invites import tree
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

OF_ALL = {"id", "username", "enabled", "created", "invitees"}
OF_STAFF = {"email", "locked", "inviter_id"}
Nested = dict[str, Any]


@pytest.fixture
def root(factory: Factory) -> User:
    """A member who invited two others; the first of them invited one, who invited one."""
    root = factory.user("root")
    first = factory.user("first", inviter_id=root.id)
    third = factory.user("third", inviter_id=first.id)
    factory.user("fourth", inviter_id=third.id)
    factory.user("second", inviter_id=root.id, enabled=False)
    factory.user("stranger")
    return root


@pytest.fixture
def caller(client: Client, factory: Factory, root: User) -> Client:
    """A client with a key of the root."""
    return client.as_key(factory.key(root))


def names(invitees: list[Nested]) -> Nested:
    """Return the names in the tree."""
    return {invitee["username"]: names(invitee["invitees"]) for invitee in invitees}


def read_tree(client: Client, path: str) -> Nested:
    answer: Nested = client.get(path, status=200).json["response"]
    return answer


class TestTree:
    def test_shape(self, caller: Client, root: User) -> None:
        for path in (f"/users/{root.id}/invite_tree", "/users/me/invite_tree"):
            tree = read_tree(caller, path)
            assert names(tree["invitees"]) == {
                "first": {"third": {"fourth": {}}},
                "second": {},
            }
            assert (tree["depth"], tree["truncated"]) == (5, False)

    @pytest.mark.parametrize(
        ("depth", "truncated", "expected"),
        [
            (1, True, {"first": {}, "second": {}}),
            (2, True, {"first": {"third": {}}, "second": {}}),
            (3, False, {"first": {"third": {"fourth": {}}}, "second": {}}),
        ],
    )
    def test_depth(self, caller: Client, depth: int, truncated: bool, expected: Nested) -> None:
        tree = read_tree(caller, f"/users/me/invite_tree?depth={depth}")
        assert names(tree["invitees"]) == expected
        assert tree["truncated"] is truncated

    @pytest.mark.one_backend
    @pytest.mark.parametrize("depth", ["0", "21", "-1", "x", ""])
    def test_bad_depth(self, caller: Client, depth: str) -> None:
        answer = caller.get(f"/users/me/invite_tree?depth={depth}", status=400)
        assert list(answer.json["errors"]) == ["depth"]

    def test_nearest_first_where_there_are_too_many(
        self, caller: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tree, "MOST", 3)
        shown_tree = read_tree(caller, "/users/me/invite_tree")
        assert names(shown_tree["invitees"]) == {"first": {"third": {}}, "second": {}}
        assert shown_tree["truncated"] is True

    def test_nobody(self, member: Client) -> None:
        tree = read_tree(member, "/users/me/invite_tree")
        assert (tree["invitees"], tree["truncated"]) == ([], False)

    def test_one_statement_for_any_tree(
        self, caller: Client, root: User, factory: Factory, count_sql: Callable[[], Any]
    ) -> None:
        def ask() -> int:
            caller.get("/users/me/invite_tree", status=200)
            with count_sql() as statements:
                caller.get("/users/me/invite_tree", status=200)
            return len(statements)

        few = ask()
        for _ in range(10):
            inviter = factory.user(inviter_id=root.id)
            factory.user(inviter_id=inviter.id)
        assert ask() == few <= 2

    def test_who_invited_oneself_in_a_circle(
        self, staff: Client, factory: Factory, root: User, db: Any
    ) -> None:
        """Only a mistaken UPDATE can create a circle; the depth limits it."""
        root.inviter_id = root.id
        db.commit()
        tree = read_tree(staff, f"/users/{root.id}/invite_tree?depth=2")
        assert tree["truncated"] is True


class TestAccess:
    def test_anothers(self, member: Client, root: User) -> None:
        answer = member.get(f"/users/{root.id}/invite_tree", status=403)
        assert answer.json["code"] == "forbidden"

    def test_with_the_permission(self, client: Client, factory: Factory, root: User) -> None:
        viewer = client.as_key(factory.key(factory.user(grants=["invites_view_others"])))
        tree = read_tree(viewer, f"/users/{root.id}/invite_tree")
        assert set(tree["invitees"][0]) == OF_ALL

    def test_fields_of_ones_own(self, caller: Client) -> None:
        first = read_tree(caller, "/users/me/invite_tree")["invitees"][0]
        assert set(first) == set(first["invitees"][0]) == OF_ALL

    def test_fields_for_staff(self, staff: Client, root: User) -> None:
        first, second = read_tree(staff, f"/users/{root.id}/invite_tree")["invitees"]
        assert set(first) == set(first["invitees"][0]) == OF_ALL | OF_STAFF
        assert (first["email"], first["inviter_id"]) == ("first@example.org", root.id)
        assert (first["enabled"], second["enabled"], second["locked"]) == (True, False, False)

    def test_a_narrow_key(self, client: Client, factory: Factory, root: User) -> None:
        narrow = client.as_key(factory.key(root, "users_view"))
        narrow.get("/users/me/invite_tree", status=403)
        wide = client.as_key(factory.key(root, "users_view", "invites_view"))
        wide.get("/users/me/invite_tree", status=200)


class TestInviter:
    @pytest.fixture
    def invitee(self, factory: Factory, root: User) -> User:
        return factory.user("invitee", inviter_id=root.id)

    def test_moderators_see_it(self, staff: Client, root: User, invitee: User) -> None:
        inviter = {"id": root.id, "username": "root"}
        assert read_tree(staff, f"/users/{invitee.id}")["inviter"] == inviter
        assert read_tree(staff, f"/users/{root.id}")["inviter"] is None

    def test_nobody_else_does(self, client: Client, factory: Factory, invitee: User) -> None:
        own = client.as_key(factory.key(invitee))
        assert "inviter" not in read_tree(own, "/users/me")
        other = client.as_key(factory.key(factory.user()))
        assert "inviter" not in read_tree(other, f"/users/{invitee.id}")
