"""Examples of moderation, for tests that walk the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ..classes.examples import user_class_id
from ..db import utcnow
from ..permissions import USERS_WARN
from ..testing.examples import Examples
from ..testing.site_model import World
from ..users.addresses import UserAddress
from .bans import ends
from .models import IPBan, StaffNote, StatusChange, UserWarning

examples = Examples()
examples.constant_list("/users/{user_id}/permissions")
examples.constant_list("/users/me/permissions")


@examples.parameter("warning_id", path="/users/{user_id}/warnings/")
def warning_id(world: World) -> int:
    return _warn(world, world.owner.user.id)


@examples.parameter("warning_id", path="/users/me/warnings/")
def own_warning_id(world: World) -> int:
    """Create a warning of staff."""
    return _warn(world, world.staff.user.id)


@examples.parameter("note_id", path="/users/{user_id}/notes/")
def note_id(world: World) -> int:
    return _note(world, world.owner.user.id)


@examples.parameter("note_id", path="/users/me/notes/")
def own_note_id(world: World) -> int:
    return _note(world, world.staff.user.id)


@examples.parameter("ip_ban_id")
def ip_ban_id(world: World) -> int:
    network, first, last = ends(f"192.0.2.{world.number()}")
    ban = IPBan(network=network, first=first, last=last, staff_id=world.staff.user.id)
    world.db.add(ban)
    world.db.commit()
    return ban.id


@examples.body("PUT /users/{user_id}")
def account(world: World) -> dict[str, Any]:
    """Return all fields of an account that moderators edit, except the password."""
    figures = {"uploaded": 3, "downloaded": 2, "upload_debt": 4, "invites": 1}
    return {"email": "other@example.org", **figures, "permissions": {USERS_WARN: True}}


@examples.change("PUT /users/{user_id}", "password")
def other_password(world: World) -> str:
    """Return a password that nobody had before."""
    return "Purple tractor 44!"


@examples.body("PUT /users/{user_id}/class")
def other_class(world: World) -> dict[str, Any]:
    return {"user_class_id": world.once(user_class_id), "reason": "An example."}


@examples.body("PUT /users/{user_id}/status")
def status(world: World) -> dict[str, Any]:
    return {"enabled": True, "locked": True, "reason": "An example."}


@examples.body("POST /users/{user_id}/warnings")
def warning(world: World) -> dict[str, Any]:
    return {"reason": "An example.", "days": 7}


@examples.body("POST /users/{user_id}/notes")
def note(world: World) -> dict[str, Any]:
    return {"note": "An example."}


@examples.body("POST /ip_bans")
def ban(world: World) -> dict[str, Any]:
    """Return a ban of a network reserved for documentation (RFC 5737)."""
    return {"network": "198.51.100.0/24", "reason": "An example.", "days": 7}


@examples.items("/users/{user_id}/warnings")
@examples.items("/users/{user_id}/notes")
@examples.items("/users/{user_id}/history")
@examples.items("/users/{user_id}/addresses")
def records(world: World, amount: int) -> None:
    """Create records about the owner."""
    _records(world, world.owner.user.id, amount)


@examples.items("/users/me/warnings")
@examples.items("/users/me/notes")
@examples.items("/users/me/history")
@examples.items("/users/me/addresses")
def own_records(world: World, amount: int) -> None:
    """Create records about staff."""
    _records(world, world.staff.user.id, amount)


@examples.items("/ip_bans")
def bans(world: World, amount: int) -> None:
    for _ in range(amount):
        ip_ban_id(world)


@examples.items("/duplicate_addresses")
def duplicates(world: World, amount: int) -> None:
    """Create addresses that two members used."""
    for _ in range(amount):
        address = f"192.0.2.{world.number()}"
        for user in (world.factory.user(), world.factory.user()):
            world.db.add(UserAddress(user_id=user.id, address=address))
    world.db.commit()


def _records(world: World, user_id: int, amount: int) -> None:
    """Create ``amount`` records of each kind, by different staff."""
    for _ in range(amount):
        staff_id = world.factory.staff().id
        _warn(world, user_id, staff_id)
        _note(world, user_id, staff_id)
        world.db.add(StatusChange(kind="locked", user_id=user_id, staff_id=staff_id))
        world.db.add(UserAddress(user_id=user_id, address=f"192.0.2.{world.number()}"))
    world.db.commit()


def _warn(world: World, user_id: int, staff_id: int | None = None) -> int:
    warning = UserWarning(
        user_id=user_id,
        staff_id=staff_id,
        reason="An example.",
        expires=utcnow() + timedelta(days=7),
    )
    world.db.add(warning)
    world.db.commit()
    return warning.id


def _note(world: World, user_id: int, staff_id: int | None = None) -> int:
    note = StaffNote(note="An example.", user_id=user_id, staff_id=staff_id)
    world.db.add(note)
    world.db.commit()
    return note.id
