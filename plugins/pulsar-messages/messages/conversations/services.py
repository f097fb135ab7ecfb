"""Starting conversations and writing in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import or_, select, update

from pulsar.db import utcnow
from pulsar.errors import Invalid, Refused
from pulsar.interfaces import ISearch, IText
from pulsar.request import Request
from pulsar.users.models import User

from ..settings import MessagesSettings
from .blocks import require_deliverable
from .errors import ConversationLocked, NoMultipleUsers, TooManyMembers
from .inputs import ReplyInput, StartConversationInput
from .models import Conversation, Membership, Message
from .notifications import tell
from .permissions import ADD_MULTIPLE
from .queries import KIND, conversations_of, messages_of


def start(request: Request, values: StartConversationInput) -> Membership:
    """Store a conversation of the caller with its first message.

    Raises Invalid, NoMultipleUsers, TooManyMembers or Undeliverable before anything is stored.
    """
    session, own = request.db, request.caller.user_id
    recipients = values["recipient_ids"]
    if own in recipients:
        raise Invalid({"recipient_ids": ["you cannot write to yourself"]})
    if len(recipients) > 1 and not request.caller.has(ADD_MULTIPLE):
        raise NoMultipleUsers
    require_room(request, len(recipients) + 1)
    require_users(request, "recipient_ids", recipients)
    require_deliverable(request, recipients)
    conversation = Conversation(topic=values["topic"].strip(), creator_id=own)
    session.add(conversation)
    session.flush()
    session.add_all(
        Membership(
            conversation_id=conversation.id, user_id=user_id, original=True, read=user_id == own
        )
        for user_id in (own, *recipients)
    )
    session.flush()
    write(request, conversation, values)
    return member_of(request, conversation.id)


def reply(request: Request, values: ReplyInput) -> Message:
    """Store a reply in a conversation. Raises Invalid, ConversationLocked or Undeliverable."""
    conversation, members = lock(request, values["conv_id"])
    own = request.caller.user_id
    if conversation is None or own not in members:
        raise Refused({"conv_id": ["Invalid PrivateConversation id."]})
    if conversation.locked:
        raise ConversationLocked
    require_answerable(request, members)
    message = write(request, conversation, values)
    return request.db.scalars(messages_of(conversation.id).where(Message.id == message.id)).one()


def lock(request: Request, conversation_id: int) -> tuple[Conversation | None, set[int]]:
    """Return the conversation and its members' ids, locked against concurrent changes."""
    conversation = request.db.scalar(
        select(Conversation)
        .where(Conversation.id == conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    members = request.db.scalars(
        select(Membership.user_id).where(Membership.conversation_id == conversation_id)
    )
    return conversation, set(members)


def write(request: Request, conversation: Conversation, values: Mapping[str, Any]) -> Message:
    """Store a message in a conversation that the transaction has locked or created.

    The conversation becomes unread for all other members, and members who deleted it get it back.
    Its read mark does not change for the author.
    """
    session, own, now = request.db, request.caller.user_id, utcnow()
    message = Message(
        conversation_id=conversation.id,
        user_id=own,
        contents=values["message"],
        format=values["format"],
        time=now,
    )
    session.add(message)
    session.flush()
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation.id)
        .values(messages_count=Conversation.messages_count + 1, last_message_id=message.id)
    )
    here = Membership.conversation_id == conversation.id
    others = (here, Membership.user_id != own)
    fresh = or_(Membership.unread_id == 0, Membership.read, Membership.deleted.is_not(None))
    told = session.scalars(select(Membership.user_id).where(*others, fresh)).all()
    session.execute(
        update(Membership)
        .where(*others)
        .values(read=False, unread_id=message.id, deleted=None, last_response_time=now)
    )
    session.execute(
        update(Membership).where(here, Membership.user_id == own).values(sent=True, deleted=None)
    )
    text = request.find_service(IText).searchable(message.format, message.contents)
    body = f"{conversation.topic}\n{text}"
    request.find_service(ISearch).put(session, KIND, message.id, body)
    tell(request, conversation, told)
    return message


def member_of(request: Request, conversation_id: int) -> Membership:
    """Load the caller's membership and its conversation from the database again."""
    request.db.expire_all()
    query = conversations_of(request.caller.user_id)
    return request.db.scalars(query.where(Membership.conversation_id == conversation_id)).one()


def require_answerable(request: Request, members: Collection[int]) -> None:
    """Raise Undeliverable if there is only one other member, and that member blocks the caller."""
    others = set(members) - {request.caller.user_id}
    if len(others) == 1:
        require_deliverable(request, others)


def require_room(request: Request, number: int) -> None:
    """Raise TooManyMembers if ``number`` members are more than a conversation may have."""
    most = MessagesSettings.max_members.of(request.registry)
    if number > most:
        raise TooManyMembers(f"A conversation has {most} members at the most.")


def require_users(request: Request, path: str, user_ids: Collection[int]) -> None:
    """Raise Invalid unless each id belongs to an enabled account."""
    query = select(User.id).where(User.id.in_(user_ids), User.enabled)
    if len(request.db.scalars(query).all()) < len(user_ids):
        raise Refused({path: ["Invalid User id."]})
