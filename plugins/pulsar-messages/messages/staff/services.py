"""Creating, answering, assigning and resolving tickets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from zope.interface import implementer

from pulsar.classes.models import UserClass
from pulsar.db import utcnow
from pulsar.errors import ApiError, Forbidden, Refused
from pulsar.interfaces import ISiteLog
from pulsar.request import Request
from pulsar.sitelog.service import changes

from ..opened import Opened, messages_page
from .handlers import all_handlers, handlers_among, handles
from .inputs import EditTicketInput, MakeTicketInput, ReadTicketInput, ReplyToTicketInput
from .interfaces import IOpenStaffMessage
from .models import ANSWERED, OPEN, RESOLVED, Ticket, TicketReply
from .notifications import ANSWERED as TOLD_ANSWERED
from .notifications import NEW, tell
from .queries import replies_of, with_relations


class AlreadyResolved(ApiError):
    """The ticket is already resolved."""

    code = "already_resolved"


class NotResolved(ApiError):
    """The ticket is not resolved."""

    code = "not_resolved"


@implementer(IOpenStaffMessage)
class OpenTicket(Opened):
    """A ticket with a page of its messages."""


def open_ticket(request: Request, ticket: Ticket, values: ReadTicketInput) -> OpenTicket:
    """Return the ticket with the messages that the caller may see, oldest first."""
    query = replies_of(ticket, internal=handles(request, ticket))
    return OpenTicket(ticket, messages_page(request, query, TicketReply.id, values))


def ask(request: Request, values: MakeTicketInput) -> Ticket:
    """Store a ticket of the caller, and notify all handlers."""
    session, own = request.db, request.caller.user_id
    ticket = Ticket(user_id=own, topic=values["topic"].strip())
    session.add(ticket)
    session.flush()
    _write(request, ticket, values)
    tell(request, NEW, ticket, all_handlers(request))
    return _again(request, ticket)


def reply(request: Request, ticket: Ticket, values: ReplyToTicketInput) -> TicketReply:
    """Store a message: one of the member opens the ticket again, one of staff answers it.

    Raises Forbidden if the member's message is internal.
    """
    is_staff = handles(request, ticket)
    if values["internal"] and not is_staff:
        raise Forbidden
    _lock(request, ticket)
    ticket_reply = _write(request, ticket, values)
    if values["internal"]:
        _log_change(request, "staff_message_noted", ticket)
        return ticket_reply
    ticket.active = ticket_reply.time
    ticket.status = ANSWERED if is_staff else OPEN
    request.db.flush()
    if is_staff:
        _log_change(request, "staff_message_answered", ticket)
        tell(request, TOLD_ANSWERED, ticket, [] if ticket.user_id is None else [ticket.user_id])
    else:
        whom = all_handlers(request) if ticket.assignee_id is None else [ticket.assignee_id]
        tell(request, NEW, ticket, whom)
    return ticket_reply


def assign(request: Request, ticket: Ticket, values: EditTicketInput) -> Ticket:
    """Change the assignee, class and status of the ticket. Raises Invalid."""
    user_id, class_id = values.get("assigned_to"), values.get("assigned_class")
    errors = {}
    handlers = handlers_among(request, [user_id]) if user_id is not None else set()
    if user_id is not None and user_id not in handlers - {ticket.user_id}:
        errors["assigned_to"] = ["Invalid User id."]
    if class_id is not None and request.db.get(UserClass, class_id) is None:
        errors["assigned_class"] = ["Invalid UserClass id."]
    if errors:
        raise Refused(errors)
    _lock(request, ticket)
    columns = {"assigned_to": "assignee_id", "assigned_class": "user_class_id"}
    _change(
        request,
        "staff_message_edited",
        ticket,
        {columns.get(name, name): value for name, value in values.items()},
    )
    return _again(request, ticket)


def resolve(request: Request, ticket: Ticket) -> Ticket:
    """Mark the ticket as resolved. Raises AlreadyResolved."""
    _lock(request, ticket)
    if ticket.status == RESOLVED:
        raise AlreadyResolved(f"StaffMessage {ticket.id} is already resolved.")
    _change(request, "staff_message_resolved", ticket, {"status": RESOLVED})
    return _again(request, ticket)


def unresolve(request: Request, ticket: Ticket) -> Ticket:
    """Open a resolved ticket again. Raises NotResolved."""
    _lock(request, ticket)
    if ticket.status != RESOLVED:
        raise NotResolved(f"StaffMessage {ticket.id} is not resolved.")
    _change(request, "staff_message_unresolved", ticket, {"status": OPEN})
    return _again(request, ticket)


def _write(request: Request, ticket: Ticket, values: Mapping[str, Any]) -> TicketReply:
    ticket_reply = TicketReply(
        ticket_id=ticket.id,
        user_id=request.caller.user_id,
        contents=values["message"],
        format=values["format"],
        internal=values.get("internal", False),
        time=utcnow(),
    )
    request.db.add(ticket_reply)
    request.db.flush()
    return ticket_reply


def _lock(request: Request, ticket: Ticket) -> None:
    """Lock the ticket, and load the values that concurrent requests may have changed."""
    columns = ["status", "active", "assignee_id", "user_class_id"]
    request.db.refresh(ticket, columns, with_for_update=True)


def _change(request: Request, action: str, ticket: Ticket, values: Mapping[str, Any]) -> None:
    before, after = changes(ticket, values)
    for name, value in after.items():
        setattr(ticket, name, value)
    request.db.flush()
    if after:
        _log_change(request, action, ticket, before, after)


def _again(request: Request, ticket: Ticket) -> Ticket:
    """Load the ticket again, with the names of its member and assignee."""
    query = with_relations(select(Ticket).where(Ticket.id == ticket.id))
    return request.db.scalars(query.execution_options(populate_existing=True)).one()


def _log_change(
    request: Request,
    action: str,
    ticket: Ticket,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write the change to the site log if the caller handles the ticket."""
    if handles(request, ticket):
        summary = f"StaffMessage {ticket.id}"
        request.find_service(ISiteLog).record(
            request, action, summary, target=ticket, before=before, after=after
        )
