"""Examples of classes, for tests that walk the API."""

from __future__ import annotations

from typing import Any

from ..permissions import USERS_VIEW
from ..testing.examples import Examples
from ..testing.site_model import World
from .models import SecondaryClass, SecondaryClassMember, SecondaryClassPermission

examples = Examples()
examples.constant_list("/permissions")


@examples.parameter("user_class_id")
def user_class_id(world: World) -> int:
    """Create a class without members."""
    return world.factory.user_class(f"Class {world.number()}", USERS_VIEW, rank=10).id


@examples.parameter("secondary_class_id")
def secondary_class_id(world: World) -> int:
    """Create a secondary class without members."""
    return _secondary(world).id


@examples.parameter("user_id", path="/secondary_classes/{secondary_class_id}/members/")
def secondary_member_id(world: World) -> int:
    """Return the id of the owner, as a member of the class."""
    return _join(world, world.owner.user.id)


@examples.body("POST /user_classes")
def new_class(world: World) -> dict[str, Any]:
    """Return a class to which members of the lowest class are promoted."""
    promotion = {"from": 1, "require": {"uploaded": 1}}
    return {"name": "New", "permissions": [USERS_VIEW], "rank": 5, "promotion": promotion}


@examples.body("PUT /user_classes/{user_class_id}")
def class_changes(world: World) -> dict[str, Any]:
    """Return changes to a class."""
    return {
        "name": "Edited",
        "rank": 20,
        "permissions": {USERS_VIEW: False},
        "promotion": None,
        "is_default": True,
    }


@examples.change("PUT /user_classes/{user_class_id}", "promotion")
def promotion(world: World) -> dict[str, Any]:
    """Return a promotion from the lowest class."""
    return {"from": 1, "require": {"uploaded": 1}}


@examples.change("PUT /user_classes/{user_class_id}", "demotion")
def demotion(world: World) -> dict[str, Any]:
    """Return a demotion to the lowest class."""
    return {"to": 1, "below": {"ratio": 0.5}}


@examples.body("POST /secondary_classes")
def new_secondary_class(world: World) -> dict[str, Any]:
    return {"name": "New", "permissions": [USERS_VIEW]}


@examples.body("PUT /secondary_classes/{secondary_class_id}")
def secondary_class_changes(world: World) -> dict[str, Any]:
    """Return changes to a secondary class."""
    return {"name": "Edited", "permissions": {USERS_VIEW: False}}


@examples.body("POST /secondary_classes/{secondary_class_id}/members")
def new_member(world: World) -> dict[str, Any]:
    return {"user_id": world.owner.user.id}


@examples.items("/user_classes")
def classes(world: World, amount: int) -> None:
    """Create classes of both kinds."""
    for _ in range(amount):
        user_class_id(world)
        _secondary(world)


@examples.items("/secondary_classes")
def secondary_classes(world: World, amount: int) -> None:
    for _ in range(amount):
        _secondary(world)


@examples.items("/user_classes/{user_class_id}/members")
def members(world: World, amount: int) -> None:
    """Create members of the class."""
    for _ in range(amount):
        world.factory.user(user_class_id=world.once(user_class_id))


@examples.items("/secondary_classes/{secondary_class_id}/members")
def secondary_members(world: World, amount: int) -> None:
    """Create members of the secondary class."""
    for _ in range(amount):
        _join(world, world.factory.user().id)


def _secondary(world: World) -> SecondaryClass:
    permissions = [SecondaryClassPermission(permission=USERS_VIEW)]
    secondary_class = SecondaryClass(name=f"Secondary {world.number()}", permissions=permissions)
    world.db.add(secondary_class)
    world.db.commit()
    return secondary_class


def _join(world: World, user_id: int) -> int:
    class_id = world.once(secondary_class_id)
    world.db.add(SecondaryClassMember(secondary_class_id=class_id, user_id=user_id))
    world.db.commit()
    return user_id
