"""Notifications of answers to members, and of members' messages to staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from pulsar.interfaces import INotifications
from pulsar.request import Request

from .handlers import handlers_among
from .models import Ticket

ANSWERED = "staff_message_answered"
NEW = "staff_message_new"
SUBJECT = "staff_messages"


def visible_to_member(
    request: Request, user_ids: Sequence[int], subject_ids: Sequence[int]
) -> set[tuple[int, int]]:
    """Return pairs of member and ticket where the ticket is the member's own."""
    rows = request.db.execute(
        select(Ticket.user_id, Ticket.id).where(
            Ticket.user_id.in_(user_ids), Ticket.id.in_(subject_ids)
        )
    )
    return {(user_id, ticket_id) for user_id, ticket_id in rows if user_id is not None}


def visible_to_handlers(
    request: Request, user_ids: Sequence[int], subject_ids: Sequence[int]
) -> set[tuple[int, int]]:
    """Return pairs of member and ticket where the member handles the ticket."""
    rows = request.db.execute(
        select(Ticket.id, Ticket.user_id).where(Ticket.id.in_(subject_ids))
    ).all()
    handlers = handlers_among(request, user_ids)
    return {
        (handler, ticket_id)
        for handler in handlers
        for ticket_id, user_id in rows
        if handler != user_id
    }


def tell(request: Request, type: str, ticket: Ticket, user_ids: Iterable[int]) -> None:
    """Notify members of a message in the ticket; members are not told who of staff wrote it."""
    contents = {"staff_message_id": ticket.id, "topic": ticket.topic}
    if type == NEW:
        contents["from"] = request.caller.username
    request.find_service(INotifications).notify(
        request, type, user_ids, contents, subject_type=SUBJECT, subject_id=ticket.id
    )
