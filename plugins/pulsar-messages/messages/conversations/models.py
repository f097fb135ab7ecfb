"""Conversations, their members and messages, and blocks between members."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from pulsar.db import Base, Moment, PrimaryKey
from pulsar.users.models import User

from ..nodes import MAX_TOPIC
from .interfaces import IMessageBlock, IPrivateConversation, IPrivateMessage


class Conversation(Base):
    """A conversation of two or more members."""

    __tablename__ = "messages_conversations"

    id: Mapped[PrimaryKey]
    topic: Mapped[str] = mapped_column(String(MAX_TOPIC))
    creator_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    locked: Mapped[bool] = mapped_column(Boolean, default=False)
    messages_count: Mapped[int] = mapped_column(Integer, default=0)
    #: The newest message, by which conversations are ordered. It is not a foreign key, because
    #: messages refer to this table.
    last_message_id: Mapped[int] = mapped_column(BigInteger, default=0)
    created: Mapped[Moment]

    creator: Mapped[User | None] = relationship()
    members: Mapped[list[Membership]] = relationship(
        back_populates="conversation", order_by="Membership.user_id", passive_deletes=True
    )
    last_message: Mapped[Message | None] = relationship(
        primaryjoin="foreign(Conversation.last_message_id) == Message.id", viewonly=True
    )


@implementer(IPrivateConversation)
class Membership(Base):
    """A member of a conversation, with their marks.

    ``original`` is true for the members with whom the conversation was started, ``sent`` for those
    who have written in it. ``last_response_time`` is the time of the last message of another
    member. ``unread_id`` is the message that made the conversation unread for the member; reading
    an older one does not mark it as read.
    """

    __tablename__ = "messages_members"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("messages_conversations.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    original: Mapped[bool] = mapped_column(Boolean)
    read: Mapped[bool] = mapped_column(Boolean, default=False)
    starred: Mapped[bool] = mapped_column(Boolean, default=False)
    sent: Mapped[bool] = mapped_column(Boolean, default=False)
    unread_id: Mapped[int] = mapped_column(BigInteger, default=0)
    last_response_time: Mapped[datetime | None]
    added: Mapped[Moment]
    deleted: Mapped[datetime | None]

    conversation: Mapped[Conversation] = relationship(back_populates="members")
    user: Mapped[User] = relationship()

    @property
    def id(self) -> int:
        """The id of the conversation; the API identifies a membership by it."""
        return self.conversation_id


@implementer(IPrivateMessage)
class Message(Base):
    """A message in a conversation."""

    __tablename__ = "messages_messages"
    __table_args__ = (Index("ix_messages_messages_conversation_id_id", "conversation_id", "id"),)

    id: Mapped[PrimaryKey]
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("messages_conversations.id", ondelete="CASCADE")
    )
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    contents: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(String(32))
    time: Mapped[Moment]

    user: Mapped[User | None] = relationship()


@implementer(IMessageBlock)
class Block(Base):
    """``user`` accepts no messages from ``blocked``."""

    __tablename__ = "messages_blocks"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    blocked_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created: Mapped[Moment]

    blocked: Mapped[User] = relationship(foreign_keys=blocked_id)
