"""Listing, starting, reading and marking conversations."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.classes.owned import OfMember, member_id
from pulsar.errors import Forbidden
from pulsar.paging import Page, paginate
from pulsar.request import Request
from pulsar.serialization import INTEGER, Listing, Message, Raw
from pulsar.users.inputs import OfMemberInput

from ..blocks import Undeliverable
from ..errors import NoMultipleUsers, TooManyMembers
from ..inputs import (
    ListConversationsInput,
    MarkConversationInput,
    MarkConversationsInput,
    ReadMessagesInput,
    StartConversationInput,
)
from ..interfaces import IOpenConversation, IPrivateConversation
from ..marks import mark, mark_many
from ..opening import OpenConversation, open_conversation, reading
from ..permissions import CREATE, MODIFY, VIEW, VIEW_DELETED, VIEW_OTHERS
from ..queries import counts, listing
from ..resources import ConversationResource, Conversations, Counts, NotAMember
from ..schemas import (
    ListConversations,
    MarkConversation,
    MarkConversations,
    ReadMessages,
    StartConversation,
)
from ..services import start

COUNTS = Raw(
    {
        "type": "object",
        "required": ["inbox", "sentbox", "starred", "unread"],
        "properties": {
            **dict.fromkeys(("inbox", "sentbox", "starred", "unread"), INTEGER),
            "deleted": {**INTEGER, "x-permission": VIEW_DELETED},
        },
    }
)


@view_config(
    context=Conversations,
    request_method="GET",
    permission=VIEW,
    schema=ListConversations,
    response=Listing(IPrivateConversation),
)
def list_conversations(context: Conversations, request: Request[ListConversationsInput]) -> Page:
    """List and search the caller's conversations, the last active first.

    The inbox has the conversations in which somebody else wrote, the sentbox those in which the
    caller wrote.
    """
    values = request.validated
    if values["filter"] == "deleted" and not request.caller.has(VIEW_DELETED):
        raise Forbidden
    query = listing(request, member_id(request, VIEW_OTHERS), values)
    return paginate(request.db, query, values)


@view_config(
    context=Counts, request_method="GET", permission=VIEW, schema=OfMember, response=COUNTS
)
def count_conversations(context: Counts, request: Request[OfMemberInput]) -> dict[str, int]:
    """Count the caller's conversations, and the unread ones in the inbox."""
    numbers = counts(request.db, member_id(request, VIEW_OTHERS))
    if not request.caller.has(VIEW_DELETED):
        del numbers["deleted"]
    return numbers


@view_config(
    context=Conversations,
    request_method="POST",
    permission=CREATE,
    schema=StartConversation,
    response=IOpenConversation,
    status=201,
    errors=(NoMultipleUsers, TooManyMembers, Undeliverable),
)
def start_conversation(context: Conversations, request: Request[StartConversationInput]) -> Any:
    """Start a conversation."""
    return context(open_conversation(request, start(request, request.validated), {"limit": 1}))


@view_config(
    context=ConversationResource,
    request_method="GET",
    permission=VIEW,
    schema=ReadMessages,
    response=IOpenConversation,
)
def view_conversation(
    context: ConversationResource, request: Request[ReadMessagesInput]
) -> OpenConversation:
    """Show a conversation and its messages, oldest first.

    The response that contains the last message marks the conversation as read for a member.
    """
    return reading(request, context.model, request.validated)


@view_config(
    context=ConversationResource,
    request_method="PUT",
    permission=MODIFY,
    schema=MarkConversation,
    response=Message(),
    errors=(NotAMember,),
)
def mark_conversation(
    context: ConversationResource, request: Request[MarkConversationInput]
) -> str:
    """Mark a conversation as read, starred or deleted, remove these marks, or lock it.

    Only staff lock conversations. A deleted conversation comes back with the next reply.
    """
    mark(request, context.model, request.validated)
    return f"Successfully modified conversation {context.model.id}."


@view_config(
    context=Conversations,
    request_method="PUT",
    permission=MODIFY,
    schema=MarkConversations,
    response=Message(),
    errors=(NotAMember,),
)
def mark_conversations(context: Conversations, request: Request[MarkConversationsInput]) -> str:
    """Mark several conversations: all of them, or none if there is an error."""
    values = request.validated
    ids = sorted(values["conversation_ids"])
    marks = {name: value for name, value in values.items() if name != "conversation_ids"}
    mark_many(request, ids, marks)
    return f"Successfully modified conversations {', '.join(map(str, ids))}."
