"""Examples of API keys, for tests that walk the API."""

from __future__ import annotations

from typing import Any

from ..testing.examples import Examples
from ..testing.world import World

examples = Examples()


@examples.body("POST /api_keys")
def new_key(world: World) -> dict[str, Any]:
    """A restricted key."""
    return {"timeout": 3600, "permissions": ["users_view"]}
