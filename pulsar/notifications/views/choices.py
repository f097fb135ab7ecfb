"""Views of the types and channels that members choose."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config
from sqlalchemy import select
from sqlalchemy.orm import Session

from ...db import upsert
from ...errors import Invalid
from ...interfaces import INotificationType
from ...permissions import NOTIFICATIONS_MODIFY, NOTIFICATIONS_VIEW
from ...request import Request
from ...serialization import BOOLEAN, STRING, Raw, array_of
from ..inputs import ChooseInput
from ..models import NotificationChoice
from ..resources import Choices
from ..schemas import Choose
from ..service import channels

CHOICES = Raw(
    array_of(
        {
            "type": "object",
            "properties": {
                "type": STRING,
                "title": STRING,
                "channels": {"type": "object", "additionalProperties": BOOLEAN},
            },
        }
    )
)


@view_config(context=Choices, request_method="GET", permission=NOTIFICATIONS_VIEW, response=CHOICES)
def list_choices(context: Choices, request: Request) -> list[dict[str, Any]]:
    """Show through which channels the caller is notified of each type."""
    rows = request.db.scalars(
        select(NotificationChoice).where(NotificationChoice.user_id == request.caller.user_id)
    )
    chosen = {(row.type, row.channel): row.wanted for row in rows}
    return [
        {
            "type": name,
            "title": declared.title,
            "channels": {
                channel: chosen.get((name, channel), way.default)
                for channel, way in channels(request)
            },
        }
        for name, declared in sorted(request.registry.getUtilitiesFor(INotificationType))
    ]


@view_config(
    context=Choices,
    request_method="PUT",
    permission=NOTIFICATIONS_MODIFY,
    schema=Choose,
    response=CHOICES,
)
def choose(context: Choices, request: Request[ChooseInput]) -> list[dict[str, Any]]:
    """Change through which channels the caller is notified of each type."""
    type_names = {name for name, _ in request.registry.getUtilitiesFor(INotificationType)}
    ways = {name for name, _ in channels(request)}
    errors: dict[str, list[str]] = {}
    for number, choice in enumerate(request.validated["choices"]):
        if choice["type"] not in type_names:
            errors[f"choices.{number}.type"] = ["value is not a notification type"]
        if choice["channel"] not in ways:
            errors[f"choices.{number}.channel"] = ["value is not a channel"]
    if errors:
        raise Invalid(errors)
    put_choices(request.db, request.caller.user_id, request.validated["choices"])
    return list_choices(context, request)


def put_choices(session: Session, user_id: int, choices: list[dict[str, Any]]) -> None:
    """Store choices, replacing earlier ones; of two for one type and channel, the last counts."""
    rows = {
        (choice["type"], choice["channel"]): {"user_id": user_id, **choice} for choice in choices
    }
    if not rows:
        return
    statement = upsert(session, NotificationChoice)
    session.execute(
        statement.values([*rows.values()]).on_conflict_do_update(
            index_elements=["user_id", "type", "channel"],
            set_={"wanted": statement.excluded.wanted},
        )
    )
