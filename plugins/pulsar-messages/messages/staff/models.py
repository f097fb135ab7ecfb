"""Tickets, the messages in them, and canned answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, func
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from pulsar.classes.models import UserClass
from pulsar.db import Base, Moment, PrimaryKey
from pulsar.users.models import User

from ..nodes import MAX_TOPIC
from .interfaces import IStaffAnswer, IStaffMessage, IStaffMessageReply

OPEN, ANSWERED, RESOLVED = STATUSES = ("open", "answered", "resolved")
MAX_NAME = 64


@implementer(IStaffMessage)
class Ticket(Base):
    """A ticket of a member. ``active`` is the time of the last message that the member sees."""

    __tablename__ = "messages_tickets"
    __table_args__ = (
        Index("ix_messages_tickets_status_active_id", "status", "active", "id"),
        Index("ix_messages_tickets_active_id", "active", "id"),
    )

    id: Mapped[PrimaryKey]
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    topic: Mapped[str] = mapped_column(String(MAX_TOPIC))
    status: Mapped[str] = mapped_column(String(16), default=OPEN)
    assignee_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    user_class_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_classes.id", ondelete="SET NULL"), index=True
    )
    created: Mapped[Moment]
    active: Mapped[Moment]

    user: Mapped[User | None] = relationship(foreign_keys=user_id)
    assignee: Mapped[User | None] = relationship(foreign_keys=assignee_id)
    user_class: Mapped[UserClass | None] = relationship()


@implementer(IStaffMessageReply)
class TicketReply(Base):
    """A message in a ticket; only staff see ``internal`` notes."""

    __tablename__ = "messages_ticket_replies"
    __table_args__ = (Index("ix_messages_ticket_replies_ticket_id_id", "ticket_id", "id"),)

    id: Mapped[PrimaryKey]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("messages_tickets.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    contents: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(String(32))
    internal: Mapped[bool] = mapped_column(Boolean, default=False)
    time: Mapped[Moment]

    user: Mapped[User | None] = relationship()


@implementer(IStaffAnswer)
class Answer(Base):
    """A canned answer, which staff copy into their replies."""

    __tablename__ = "messages_answers"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    contents: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(String(32))
    created: Mapped[Moment]
    edited: Mapped[datetime | None]


Index("uq_messages_answers_name_lower", func.lower(Answer.name), unique=True)
