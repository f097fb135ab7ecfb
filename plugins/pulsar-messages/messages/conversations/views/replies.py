"""Replying in conversations."""

from __future__ import annotations

from pyramid.view import view_config

from pulsar.request import Request

from ..blocks import Undeliverable
from ..errors import ConversationLocked
from ..inputs import ReplyInput
from ..interfaces import IPrivateMessage
from ..models import Message
from ..permissions import SEND
from ..resources import Replies
from ..schemas import Reply
from ..services import reply


@view_config(
    context=Replies,
    request_method="POST",
    permission=SEND,
    schema=Reply,
    response=IPrivateMessage,
    status=201,
    errors=(ConversationLocked, Undeliverable),
)
def send_reply(context: Replies, request: Request[ReplyInput]) -> Message:
    """Reply in a conversation.

    The conversation becomes unread for all other members, and members who deleted it get it back.
    """
    return reply(request, request.validated)
