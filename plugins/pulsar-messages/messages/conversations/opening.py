"""Conversations with a page of their messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zope.interface import implementer

from pulsar.db.outage import unless_read_only
from pulsar.request import Request

from ..opened import Opened, messages_page
from .inputs import ReadMessagesInput
from .interfaces import IOpenConversation
from .marks import mark_seen
from .models import Membership, Message
from .queries import messages_of
from .resources import Found


@implementer(IOpenConversation)
class OpenConversation(Opened):
    """A conversation with a page of its messages."""


def open_conversation(
    request: Request, conversation: Found, values: Mapping[str, Any]
) -> OpenConversation:
    """Open the conversation with the messages that ``after`` and ``limit`` select."""
    return OpenConversation(
        conversation, messages_page(request, messages_of(conversation.id), Message.id, values)
    )


def reading(request: Request, conversation: Found, values: ReadMessagesInput) -> OpenConversation:
    """Open the conversation, and mark it as read if the newest message is among those shown.

    A HEAD request shows no messages and changes nothing.
    """
    opened = open_conversation(request, conversation, values)
    if isinstance(conversation, Membership) and not conversation.read and request.method == "GET":
        newest = opened.newest
        if newest is not None:
            with unless_read_only(request.db):
                mark_seen(request, conversation, newest)
    return opened
