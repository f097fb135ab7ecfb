"""Creating, answering, assigning and resolving tickets."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.errors import Forbidden
from pulsar.paging import Page, paginate
from pulsar.request import Request
from pulsar.serialization import Listing

from ..inputs import (
    EditTicketInput,
    ListTicketsInput,
    MakeTicketInput,
    ReadTicketInput,
    ReplyToTicketInput,
)
from ..interfaces import IOpenStaffMessage, IStaffMessage, IStaffMessageReply
from ..models import Ticket, TicketReply
from ..permissions import HANDLE, RESOLVE, SEND, VIEW
from ..queries import listing
from ..resources import StaffMessageResource, StaffMessages
from ..schemas import EditTicket, ListTickets, MakeTicket, ReadTicket, ReplyToTicket
from ..services import (
    AlreadyResolved,
    NotResolved,
    OpenTicket,
    ask,
    assign,
    open_ticket,
    reply,
    resolve,
    unresolve,
)

#: Only handlers may use these filters.
_OF_HANDLERS = frozenset({"assigned_to", "assigned_class", "unassigned"})


@view_config(
    context=StaffMessages,
    request_method="GET",
    permission=VIEW,
    schema=ListTickets,
    response=Listing(IStaffMessage),
)
def list_tickets(context: StaffMessages, request: Request[ListTicketsInput]) -> Page:
    """List the caller's messages to staff, or all for handlers, the last active first."""
    values, identity = request.validated, request.caller
    is_handler = identity.has(HANDLE)
    chosen = _OF_HANDLERS.intersection(values)
    if chosen and not is_handler:
        raise Forbidden
    query = listing(values)
    if values.get("own", False) or not is_handler:
        query = query.where(Ticket.user_id == identity.user_id)
    if chosen:
        # These filters leave out the caller's own tickets, whose assignee they may not know.
        query = query.where(Ticket.user_id.is_distinct_from(identity.user_id))
    return paginate(request.db, query, values)


@view_config(
    context=StaffMessages,
    request_method="POST",
    permission=SEND,
    schema=MakeTicket,
    response=IOpenStaffMessage,
    status=201,
)
def make_ticket(context: StaffMessages, request: Request[MakeTicketInput]) -> Any:
    """Write to staff."""
    return context(open_ticket(request, ask(request, request.validated), {"limit": 1}))


@view_config(
    context=StaffMessageResource,
    request_method="GET",
    permission=VIEW,
    schema=ReadTicket,
    response=IOpenStaffMessage,
)
def view_ticket(context: StaffMessageResource, request: Request[ReadTicketInput]) -> OpenTicket:
    """Show a message to staff and the messages in it, oldest first."""
    return open_ticket(request, context.model, request.validated)


@view_config(
    context=StaffMessageResource,
    request_method="PUT",
    permission=HANDLE,
    schema=EditTicket,
    response=IStaffMessage,
)
def edit_ticket(context: StaffMessageResource, request: Request[EditTicketInput]) -> Ticket:
    """Assign a message to a member of staff or to a class, or change its status."""
    return assign(request, context.model, request.validated)


@view_config(
    context=StaffMessageResource,
    name="replies",
    request_method="POST",
    permission=SEND,
    schema=ReplyToTicket,
    response=IStaffMessageReply,
    status=201,
)
def reply_to_ticket(
    context: StaffMessageResource, request: Request[ReplyToTicketInput]
) -> TicketReply:
    """Reply to a message to staff; staff may leave a note that the member does not see.

    A reply of the member opens the message again; a reply of staff to the member answers it.
    """
    return reply(request, context.model, request.validated)


@view_config(
    context=StaffMessageResource,
    name="resolve",
    request_method="POST",
    permission=RESOLVE,
    response=IStaffMessage,
    errors=(AlreadyResolved,),
)
def resolve_ticket(context: StaffMessageResource, request: Request) -> Ticket:
    """Resolve a message to staff."""
    return resolve(request, context.model)


@view_config(
    context=StaffMessageResource,
    name="unresolve",
    request_method="POST",
    permission=RESOLVE,
    response=IStaffMessage,
    errors=(NotResolved,),
)
def unresolve_ticket(context: StaffMessageResource, request: Request) -> Ticket:
    """Open a resolved message to staff again."""
    return unresolve(request, context.model)
