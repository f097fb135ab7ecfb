"""Examples of invites, for tests that walk the API."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from ..db import utcnow
from ..testing.examples import Examples
from ..testing.site_model import World
from .models import Invite

examples = Examples()


@examples.parameter("code", path="/invites/")
def code(world: World) -> str:
    """Create an invite of the owner; return its code."""
    return _invite(world, world.owner.user.id)


@examples.body("POST /invites")
def guest(world: World) -> dict[str, Any]:
    """Return the address of a person to invite, on a site that requires invites."""
    settings = world.registry.settings
    world.after.callback(settings.update, {"pulsar.registration": settings["pulsar.registration"]})
    settings["pulsar.registration"] = "invite"
    return {"email": "guest@example.org"}


@examples.body("POST /invites/grant")
def grant(world: World) -> dict[str, Any]:
    """Return a grant of invites to the owner."""
    return {"user_ids": [world.owner.user.id], "count": 2}


@examples.items("/invites")
def invites(world: World, amount: int) -> None:
    for _ in range(amount):
        _invite(world, world.staff.user.id)


@examples.items("/users/{user_id}/invite_tree")
def invitees(world: World, amount: int) -> None:
    """Create members whom the owner invited."""
    for _ in range(amount):
        world.factory.user(inviter_id=world.owner.user.id)


@examples.items("/users/me/invite_tree")
def own_invitees(world: World, amount: int) -> None:
    """Create members whom staff invited."""
    for _ in range(amount):
        world.factory.user(inviter_id=world.staff.user.id)


def _invite(world: World, inviter_id: int) -> str:
    invite = Invite(
        code=secrets.token_urlsafe(18),
        inviter_id=inviter_id,
        email=f"guest{world.number()}@example.org",
        from_ip="192.0.2.1",
        expires=utcnow() + timedelta(days=3),
    )
    world.db.add(invite)
    world.db.commit()
    return invite.code
