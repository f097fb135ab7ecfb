"""Notifications of private messages: one for each conversation until it is read."""

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
    """Return pairs of member and conversation where the member has not deleted the conversation."""
    rows = request.db.execute(
        select(Membership.user_id, Membership.conversation_id).where(
            Membership.user_id.in_(user_ids),
            Membership.conversation_id.in_(subject_ids),
            Membership.deleted.is_(None),
        )
    )
    return {(user_id, subject_id) for user_id, subject_id in rows}


def tell(request: Request, conversation: Conversation, user_ids: Iterable[int]) -> None:
    """Notify the members of a new message in the conversation."""
    contents = {
        "conv_id": conversation.id,
        "topic": conversation.topic,
        "from": request.caller.username,
    }
    request.find_service(INotifications).notify(
        request, RECEIVED, user_ids, contents, subject_type=SUBJECT, subject_id=conversation.id
    )


def settle(request: Request, user_ids: Collection[int], conversation_ids: Collection[int]) -> None:
    """Mark the members' notifications of the conversations as read."""
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
