"""Examples of the site log, for tests that walk the API."""

from __future__ import annotations

from ..testing.examples import Examples
from ..testing.site_model import World
from .models import LogEntry

examples = Examples()


@examples.items("/site_log")
def entries(world: World, amount: int) -> None:
    """Create entries of different members."""
    for _ in range(amount):
        actor = world.factory.user()
        world.db.add(
            LogEntry(
                actor_id=actor.id,
                action="user.edited",
                target_type="users",
                target_id=actor.id,
                summary="Edited a member.",
                before={"invites": 0},
                after={"invites": 1},
            )
        )
    world.db.commit()
