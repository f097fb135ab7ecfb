"""Examples of notifications, for tests that walk the API."""

from __future__ import annotations

from typing import Any

from ..interfaces import INotificationType
from ..testing.examples import Examples
from ..testing.site_model import World
from .models import Notification
from .service import IN_SITE
from .types import NotificationType

examples = Examples()
examples.constant_list("/notifications/choices")


@examples.parameter("type", path="/notifications/")
def type_name(world: World) -> str:
    """Return a type that is declared during the test."""
    registry, declared = world.registry, NotificationType("example", "An example.")
    registry.registerUtility(declared, INotificationType, "example")
    world.after.callback(lambda: registry.unregisterUtility(declared, INotificationType, "example"))
    return "example"


@examples.parameter("notification_id")
def notification_id(world: World) -> int:
    return _notify(world, world.owner.user.id).id


@examples.body("PUT /notifications")
@examples.body("PUT /notifications/{type}")
@examples.body("PUT /notifications/{notification_id}")
def mark(world: World) -> dict[str, Any]:
    return {"read": True}


@examples.body("PUT /notifications/choices")
def choices(world: World) -> dict[str, Any]:
    choice = {"type": world.once(type_name), "channel": IN_SITE, "wanted": False}
    return {"choices": [choice]}


@examples.items("/notifications")
@examples.items("/notifications/{type}")
def notifications(world: World, amount: int) -> None:
    """Create unread notifications of staff."""
    for _ in range(amount):
        _notify(world, world.staff.user.id)


def _notify(world: World, user_id: int) -> Notification:
    notification = Notification(user_id=user_id, type=world.once(type_name), contents={})
    world.db.add(notification)
    world.db.commit()
    return notification
