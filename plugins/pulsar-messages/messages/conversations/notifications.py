"""Telling members of messages: once for each conversation, until they have read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select, update

from pulsar.db import utcnow
from pulsar.interfaces import INotifications
from pulsar.notifications.models import Notification
from pulsar.request import Request

from .models import Conversation, Membership

RECEIVED = "messages_received"
SUBJECT = "private_conversations"


def visible(
    request: Request, user_ids: Sequence[int], subject_ids: Sequence[int]
) -> set[tuple[int, int]]:
    """Which members are in which conversations and have not deleted them."""
    rows = request.db.execute(
        select(Membership.user_id, Membership.conversation_id).where(
            Membership.user_id.in_(user_ids),
            Membership.conversation_id.in_(subject_ids),
            Membership.deleted.is_(None),
        )
    )
    return {(user_id, subject_id) for user_id, subject_id in rows}


def tell(request: Request, conversation: Conversation, user_ids: Iterable[int]) -> None:
    """Tell members for whom the conversation has become unread."""
    contents = {
        "conv_id": conversation.id,
        "topic": conversation.topic,
        "from": request.caller.username,
    }
    request.find_service(INotifications).notify(
        request, RECEIVED, user_ids, contents, subject_type=SUBJECT, subject_id=conversation.id
    )


def settle(request: Request, user_ids: Collection[int], conversation_ids: Collection[int]) -> None:
    """The members have read the conversations, or are to know no more of them."""
    request.db.execute(
        update(Notification)
        .where(
            Notification.user_id.in_(user_ids),
            Notification.type == RECEIVED,
            Notification.subject_type == SUBJECT,
            Notification.subject_id.in_(conversation_ids),
            Notification.read.is_(None),
        )
        .values(read=utcnow())
    )
