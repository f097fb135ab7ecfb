"""Examples of API keys, for tests that walk the API."""

from __future__ import annotations

from typing import Any

from ..permissions import USERS_VIEW
from ..testing.examples import Examples
from ..testing.site_model import World
from .keys import NAME_LENGTH

examples = Examples()


@examples.parameter("hash", path="/api_keys/")
def key_name(world: World) -> str:
    """Create a key of the owner; return its name."""
    return world.factory.key(world.owner.user)[:NAME_LENGTH]


@examples.body("POST /api_keys")
def new_key(world: World) -> dict[str, Any]:
    return {"timeout": 3600, "permissions": [USERS_VIEW]}


@examples.query("DELETE /api_keys")
def whose_keys(world: World) -> dict[str, Any]:
    return {"user_id": world.owner.user.id}


@examples.items("/api_keys")
def keys(world: World, amount: int) -> None:
    for _ in range(amount):
        world.factory.key(world.staff.user, USERS_VIEW)
