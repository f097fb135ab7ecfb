"""Examples of members, for tests that walk the API."""

from __future__ import annotations

from ..testing.examples import Examples
from ..testing.factories import PASSWORD
from ..testing.site_model import World

examples = Examples()
examples.owned("/users/me", like="/users/{user_id}")


@examples.parameter("user_id")
def user_id(world: World) -> int:
    """A member other than the caller."""
    return world.owner.user.id


@examples.items("/users")
def users(world: World, amount: int) -> None:
    for _ in range(amount):
        world.person()


@examples.body("POST /users")
def registration(world: World) -> dict[str, str]:
    return {"username": "newcomer", "password": PASSWORD, "email": "newcomer@example.org"}
