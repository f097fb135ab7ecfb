"""Endpoints about a member refuse callers if the member holds more permissions."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from pulsar.classes.models import (
    SecondaryClass,
    SecondaryClassMember,
    SecondaryClassPermission,
)
from pulsar.security.permissions import GOD_MODE
from pulsar.testing.case import Case
from pulsar.testing.client import Client
from pulsar.testing.operations import Operation
from pulsar.testing.site_model import World
from pulsar.users.models import User, UserPermission

#: Paths of objects that belong to a member's account.
BELONGINGS = ("/api_keys/{hash}", "/notifications/{notification_id}")
#: Endpoints with a member's id that show or change nothing of an account, with the reason.
OPEN = {
    "GET /forums/posts": "what members wrote for all to read",
    "GET /requests": "what members asked for, for all to read",
    "GET /users/{user_id}": "the public profile; what is private asks for permissions by field",
    "GET /users/{user_id}/history": "what staff did",
    "GET /users/{user_id}/invite_tree": "who let in whom",
    "GET /users/{user_id}/notes": "what staff noted down",
    "GET /users/{user_id}/notes/{note_id}": "what staff noted down",
    "GET /users/{user_id}/permissions": "who may do what is no secret of who may",
    "GET /users/{user_id}/seeding": "what tracker_view_peers is for",
    "GET /users/{user_id}/snatches": "what tracker_view_peers is for",
    "GET /users/{user_id}/warnings": "what staff did",
    "GET /users/{user_id}/warnings/{warning_id}": "what staff did",
    "GET /users": "the public profiles",
    "DELETE /messages/{private_conversation_id}/members": "members leave",
    "GET /invites": "an invite opens nothing of its sender",
    "POST /messages/{private_conversation_id}/members": "members write to whom they like",
    "POST /messages/conversations": "members write to whom they like",
    "POST /messages/blocks": "members block whom they like",
    "PUT /staff_messages/{staff_message_id}": "who handles a ticket",
}
WAYS = ("secondary", "grant", "primary", "locked", "disabled")


def names_a_member(operation: Operation) -> bool:
    """Return whether the path, the query or the body contains the id of the member it is about."""
    named = {*operation.path_parameters, *operation.query, *operation.body.get("properties", ())}
    return not named.isdisjoint({"user_id", "user_ids", "username"}) or operation.path in BELONGINGS


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestWhoHoldsMore:
    """The caller has every permission except god mode, and ranks above all others."""

    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.needs_key and names_a_member(operation) and str(operation) not in OPEN

    @pytest.mark.parametrize("way", WAYS)
    def test_is_refused(self, case: Case, operation: Operation, way: str) -> None:
        world = case.world
        client = _moderator(world)
        path = _about_owner(world, operation, case.path)
        with world.undone():
            answer = world.call(operation, client, path)
            assert (
                answer.content_type != "application/json" or answer.json.get("code") != "outranked"
            )
        _make_god(world, world.owner.user, way)
        with case.on_trial():
            case.expect(way, world.call(operation, client, path), 403, "outranked")

    def test_denied_god_mode_counts_for_nothing(self, case: Case, operation: Operation) -> None:
        world = case.world
        client = _moderator(world)
        path = _about_owner(world, operation, case.path)
        user = world.owner.user
        _make_god(world, user, "secondary")
        world.db.add(UserPermission(user_id=user.id, permission=GOD_MODE, granted=False))
        world.db.commit()
        with world.undone():
            assert world.call(operation, client, path).json.get("code") != "outranked"


class TestEveryExceptionIsOne:
    """The list of open endpoints has no endpoint that is removed or guarded."""

    @staticmethod
    def covers(operation: Operation) -> bool:
        return str(operation) in OPEN

    def test_it_is_open(self, case: Case, operation: Operation) -> None:
        world = case.world
        client = _moderator(world)
        _make_god(world, world.owner.user, "secondary")
        path = _about_owner(world, operation, case.path)
        assert world.call(operation, client, path).json.get("code") != "outranked"


def _moderator(world: World) -> Client:
    """Return a client of a member with all permissions except god mode, in a high class."""
    names = set(world.permissions) - {GOD_MODE}
    high = world.factory.user_class("Moderators", *names, rank=900)
    key = world.factory.key(world.factory.user("moderator", user_class_id=high.id))
    return world.nobody.as_key(key)


def _about_owner(world: World, operation: Operation, path: str) -> str:
    """Return the path, with the owner in the query if the operation accepts a member there."""
    if "user_id" in operation.query and "user_id=" not in path:
        path += f"{'&' if '?' in path else '?'}user_id={world.owner.user.id}"
    return path


def _make_god(world: World, user: User, way: str) -> None:
    """Give the member god mode, or a standing that becomes god mode when they are unlocked."""
    db = world.db
    if way == "primary":
        # The rank is not above the moderator's.
        gods = world.factory.user_class("Low gods", GOD_MODE, rank=1)
        db.execute(update(User).where(User.id == user.id).values(user_class_id=gods.id))
    elif way == "grant":
        db.add(UserPermission(user_id=user.id, permission=GOD_MODE, granted=True))
    else:
        gods_too = SecondaryClass(
            name="Gods too", permissions=[SecondaryClassPermission(permission=GOD_MODE)]
        )
        db.add(gods_too)
        db.flush()
        db.add(SecondaryClassMember(secondary_class_id=gods_too.id, user_id=user.id))
        values = {"locked": {"locked": True}, "disabled": {"enabled": False}}.get(way)
        if values:
            db.execute(update(User).where(User.id == user.id).values(values))
    db.commit()
