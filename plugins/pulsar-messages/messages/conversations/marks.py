"""The members' marks of conversations (read, starred, deleted), and the lock of staff."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select, update

from pulsar.db import utcnow
from pulsar.errors import Forbidden
from pulsar.interfaces import ISiteLog
from pulsar.request import Request

from .inputs import MarkConversationInput
from .models import Conversation, Membership
from .notifications import settle
from .permissions import LOCK
from .resources import Found, NotAMember


def mark(request: Request, conversation: Found, values: MarkConversationInput) -> None:
    """Mark one conversation. Raises Forbidden or NotAMember before anything is changed."""
    own = {name: value for name, value in values.items() if name != "locked"}
    is_locking = "locked" in values
    if is_locking and not request.caller.has(LOCK):
        raise Forbidden
    if not isinstance(conversation, Membership) and (own or not is_locking):
        raise NotAMember
    if is_locking:
        _lock(request, conversation.conversation, values["locked"])
    if own:
        _mark(request, [conversation.id], own)


def mark_many(
    request: Request, conversation_ids: Collection[int], values: Mapping[str, Any]
) -> None:
    """Mark several conversations. Raises NotAMember before anything is changed."""
    mine = request.db.scalars(
        select(Membership.conversation_id).where(
            Membership.user_id == request.caller.user_id,
            Membership.conversation_id.in_(conversation_ids),
        )
    )
    others = sorted(set(conversation_ids) - set(mine))
    if others:
        raise NotAMember(
            "You cannot modify conversations that you are not a member of: "
            f"{', '.join(map(str, others))}."
        )
    _mark(request, conversation_ids, values)


def mark_seen(request: Request, membership: Membership, newest: int) -> None:
    """Mark the conversation as read for a member to whom all messages up to ``newest`` were shown.

    If a newer message has arrived meanwhile, the conversation stays unread.
    """
    session = request.db
    seen = session.scalar(
        update(Membership)
        .where(
            Membership.conversation_id == membership.conversation_id,
            Membership.user_id == membership.user_id,
            Membership.read.is_(False),
            Membership.unread_id <= newest,
        )
        .values(read=True)
        .returning(Membership.user_id)
        .execution_options(synchronize_session=False)
    )
    if seen is not None:
        settle(request, [membership.user_id], [membership.conversation_id])
    session.refresh(membership, ["read"])


def _mark(request: Request, conversation_ids: Collection[int], values: Mapping[str, Any]) -> None:
    changes = dict(values)
    if "deleted" in changes:
        changes["deleted"] = utcnow() if changes["deleted"] else None
    user_id = request.caller.user_id
    if changes:
        request.db.execute(
            update(Membership)
            .where(Membership.user_id == user_id, Membership.conversation_id.in_(conversation_ids))
            .values(**changes)
        )
    if values.get("read") or values.get("deleted"):
        settle(request, [user_id], conversation_ids)


def _lock(request: Request, conversation: Conversation, locked: bool) -> None:
    """Lock or unlock the conversation, and write that to the site log."""
    changed = request.db.scalar(
        update(Conversation)
        .where(Conversation.id == conversation.id, Conversation.locked.is_(not locked))
        .values(locked=locked)
        .returning(Conversation.id)
    )
    if changed is not None:
        request.find_service(ISiteLog).record(
            request,
            "conversation_locked" if locked else "conversation_unlocked",
            f"PrivateConversation {conversation.id}",
            target=conversation,
            before={"locked": not locked},
            after={"locked": locked},
        )
