"""Examples of secrets, for tests that walk the API."""

from __future__ import annotations

from ..interfaces import ISecrets
from ..testing.examples import Examples
from ..testing.site_model import World

examples = Examples()
examples.constant_list("/users/me/secrets")


@examples.parameter("kind", path="/users/me/secrets/")
def kind(world: World) -> str:
    """The kind that every site has."""
    return "feed"


@examples.items("/users/me/secrets/{kind}/history")
def history(world: World, amount: int) -> None:
    """Secrets of staff, all but the last revoked."""
    service = world.registry.getUtility(ISecrets)
    for _ in range(amount):
        service.reset(world.db, world.staff.user.id, kind(world))
    world.db.commit()
