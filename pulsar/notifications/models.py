"""Notifications, and members' choices of types and channels."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column
from zope.interface import implementer

from ..db import Base, Json, Moment, PrimaryKey
from .interfaces import INotification

_UNREAD = text("read IS NULL")


@implementer(INotification)
class Notification(Base):
    """A notification of a member about an event.

    ``subject_type`` and ``subject_id`` identify the object it is about, so that the member's access
    can be checked again when the notification is shown. ``mailed`` is the time of the digest that
    included it.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_user_id_type_id", "user_id", "type", "id"),
        Index(
            "ix_notifications_unread",
            "user_id",
            "type",
            sqlite_where=_UNREAD,
            postgresql_where=_UNREAD,
        ),
        Index("ix_notifications_subject", "subject_type", "subject_id"),
    )

    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(48))
    subject_type: Mapped[str] = mapped_column(String(32), default="")
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    contents: Mapped[dict[str, Any]] = mapped_column(Json)
    time: Mapped[Moment]
    read: Mapped[datetime | None]
    mailed: Mapped[datetime | None]


class NotificationChoice(Base):
    """Whether a member wants a type through a channel. Without a row, the default applies."""

    __tablename__ = "notification_choices"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    type: Mapped[str] = mapped_column(String(48), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    wanted: Mapped[bool] = mapped_column(Boolean)
