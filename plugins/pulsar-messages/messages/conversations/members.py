"""Adding members to conversations and removing them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import case, delete, func, select, update

from pulsar.db import utcnow
from pulsar.errors import Forbidden
from pulsar.interfaces import ISiteLog
from pulsar.request import Request
from pulsar.users.models import User

from .blocks import require_deliverable
from .errors import AlreadyMembers, NotMembers, OriginalMembers
from .models import Conversation, Membership, Message
from .notifications import settle, tell
from .permissions import ADD_MULTIPLE, ADD_TO_OTHERS
from .resources import Found
from .services import lock, require_answerable, require_room, require_users


def add(request: Request, target: Found, user_ids: Collection[int]) -> list[User]:
    """Add members to a conversation and return all its members.

    The added members see all earlier messages. Raises Forbidden, Invalid, AlreadyMembers,
    TooManyMembers or Undeliverable.
    """
    session, conversation = request.db, target.conversation
    _, members = lock(request, conversation.id)
    require_say(request, members)
    require_users(request, "user_ids", user_ids)
    there = members.intersection(user_ids)
    if there:
        raise AlreadyMembers(
            f"The following members are already in the conversation: {_names(request, there)}."
        )
    require_room(request, len(members) + len(user_ids))
    require_deliverable(request, user_ids)
    require_answerable(request, members)
    _insert(request, conversation, user_ids)
    _log_change(request, target, members, "conversation_members_added", user_ids)
    tell(request, conversation, user_ids)
    return list(session.scalars(users_in(conversation.id)))


def remove(request: Request, conversation: Found, user_ids: Collection[int]) -> list[User]:
    """Remove members who were added later, and return the remaining members.

    Callers may always remove themselves: an original member's conversation is marked as deleted.
    Raises Forbidden, NotMembers or OriginalMembers before anybody is removed.
    """
    session, own = request.db, request.caller.user_id
    _, members = lock(request, conversation.id)
    is_leaving = own in members and list(user_ids) == [own]
    if not is_leaving:
        require_say(request, members)
        if not request.caller.has(ADD_MULTIPLE):
            raise Forbidden
    strangers = sorted(set(user_ids) - members)
    if strangers:
        raise NotMembers(
            f"The following user_ids are not in the conversation: {', '.join(map(str, strangers))}."
        )
    here = (Membership.conversation_id == conversation.id, Membership.user_id.in_(user_ids))
    original = set(session.scalars(select(Membership.user_id).where(*here, Membership.original)))
    if original and is_leaving:
        session.execute(update(Membership).where(*here).values(deleted=utcnow()))
        settle(request, user_ids, [conversation.id])
    elif original:
        raise OriginalMembers(
            "The following original members cannot be removed from the conversation: "
            f"{_names(request, original)}."
        )
    else:
        session.execute(delete(Membership).where(*here))
        settle(request, user_ids, [conversation.id])
        _log_change(request, conversation, members, "conversation_members_removed", user_ids)
    return list(session.scalars(users_in(conversation.id)))


def require_say(request: Request, members: Collection[int]) -> None:
    """Raise Forbidden if the caller is neither a member nor holds `messages_add_to_others`."""
    if request.caller.user_id not in members and not request.caller.has(ADD_TO_OTHERS):
        raise Forbidden


def users_in(conversation_id: int) -> Any:
    """Return the query for the members of a conversation, in the order of their ids."""
    members = select(Membership.user_id).where(Membership.conversation_id == conversation_id)
    return select(User).where(User.id.in_(members)).order_by(User.id)


def _insert(request: Request, conversation: Conversation, user_ids: Collection[int]) -> None:
    """Store memberships. ``sent`` and ``last_response_time`` count earlier messages, too."""
    session = request.db
    theirs = case((Message.user_id == User.id, 1), else_=0)
    others = case((Message.user_id.is_distinct_from(User.id), Message.time))
    rows = session.execute(
        select(User.id, func.max(others), func.max(theirs))
        .outerjoin(Message, Message.conversation_id == conversation.id)
        .where(User.id.in_(user_ids))
        .group_by(User.id)
    ).all()
    session.add_all(
        Membership(
            conversation_id=conversation.id,
            user_id=user_id,
            original=False,
            unread_id=conversation.last_message_id,
            last_response_time=response_time,
            sent=bool(sent),
        )
        for user_id, response_time, sent in rows
    )
    session.flush()


def _names(request: Request, user_ids: Collection[int]) -> str:
    query = select(User.username).where(User.id.in_(user_ids)).order_by(User.id)
    return ", ".join(request.db.scalars(query))


def _log_change(
    request: Request,
    conversation: Found,
    members: Collection[int],
    action: str,
    user_ids: Collection[int],
) -> None:
    """Write to the site log that the caller changes a conversation of others."""
    if request.caller.user_id not in members:
        request.find_service(ISiteLog).record(
            request,
            action,
            f"PrivateConversation {conversation.id}: {_names(request, user_ids)}",
            target=conversation.conversation,
            after={"user_ids": sorted(user_ids)},
        )
