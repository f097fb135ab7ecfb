"""Queries for conversations, messages and blocks, with the relations that serializers need."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Load, Session, contains_eager, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from pulsar.interfaces import ISearch
from pulsar.request import Request
from pulsar.users.loading import named

from .inputs import ListConversationsInput
from .models import Block, Conversation, Membership, Message

KIND = "messages"


def _relations(conversation: Any) -> tuple[ORMOption, ...]:
    """Return options that load the relations that serializers of conversations need."""
    members = conversation.selectinload(Conversation.members).joinedload(Membership.user)
    last = conversation.selectinload(Conversation.last_message)
    return (
        named(conversation.joinedload(Conversation.creator)),
        named(members),
        last.load_only(Message.id, Message.user_id, Message.time),
        named(last.joinedload(Message.user)),
    )


def conversations_of(user_id: int) -> Select[tuple[Membership]]:
    """Return the query for the member's memberships, with their conversations."""
    return (
        select(Membership)
        .join(Conversation, Conversation.id == Membership.conversation_id)
        .where(Membership.user_id == user_id)
        .options(*_relations(contains_eager(Membership.conversation)))
    )


def conversation(session: Session, conversation_id: int) -> Conversation | None:
    """Return the conversation of this id, independent of its members."""
    query = select(Conversation).where(Conversation.id == conversation_id)
    return session.scalar(query.options(*_relations(Load(Conversation))))


FOLDERS: dict[str, ColumnElement[bool]] = {
    "inbox": and_(Membership.deleted.is_(None), Membership.last_response_time.is_not(None)),
    "sentbox": and_(Membership.deleted.is_(None), Membership.sent.is_(True)),
    "starred": and_(Membership.deleted.is_(None), Membership.starred.is_(True)),
    "deleted": Membership.deleted.is_not(None),
}


def listing(
    request: Request, user_id: int, values: ListConversationsInput
) -> Select[tuple[Membership]]:
    """Return the query for the conversations in a folder that match ``unread`` and ``q``."""
    query = conversations_of(user_id).where(FOLDERS[values["filter"]])
    if "unread" in values:
        query = query.where(Membership.read.is_(not values["unread"]))
    if values.get("q", "").strip():
        matching_ids = request.find_service(ISearch).matching(request.db, KIND, values["q"])
        matching = select(Message.conversation_id).where(Message.id.in_(matching_ids))
        query = query.where(Membership.conversation_id.in_(matching))
    return query.order_by(Conversation.last_message_id.desc(), Conversation.id.desc())


def counts(session: Session, user_id: int) -> dict[str, int]:
    """Count the member's conversations in each folder, and the unread ones in the inbox."""
    parts = {**FOLDERS, "unread": and_(FOLDERS["inbox"], Membership.read.is_(False))}
    numbers = [func.count(case((condition, 1))).label(name) for name, condition in parts.items()]
    row = session.execute(select(*numbers).where(Membership.user_id == user_id)).one()
    return dict(row._mapping)


def messages_of(conversation_id: int) -> Select[tuple[Message]]:
    """Return the query for the messages of a conversation."""
    return (
        select(Message)
        .where(Message.conversation_id == conversation_id)
        .options(named(joinedload(Message.user)))
    )


def blocks_of(user_id: int) -> Select[tuple[Block]]:
    """Return the query for the blocks of a member, newest first."""
    return (
        select(Block)
        .where(Block.user_id == user_id)
        .options(named(joinedload(Block.blocked, innerjoin=True)))
        .order_by(Block.created.desc(), Block.blocked_id.desc())
    )


def count_messages(session: Session) -> int:
    """Count all private messages."""
    return session.scalar(select(func.count()).select_from(Message)) or 0
