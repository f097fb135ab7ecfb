"""Entries, their comments, and the entries that members have read.

Deleted rows are kept for history and for being restored. ``deleted`` is the time of the deletion;
``deleter_id`` is stored because authors may only undo their own deletions.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from pulsar.comments import CommentColumns
from pulsar.db import Base, Moment, PrimaryKey
from pulsar.users.models import User

from .interfaces import INewsComment, INewsEntry

NEWS, BLOG = "news", "blog"
KINDS = (NEWS, BLOG)

_LIVE = text("deleted IS NULL")
_UNANNOUNCED = text("deleted IS NULL AND announced IS NULL")


@implementer(INewsEntry)
class Entry(Base):
    """A news or blog entry, public to members from ``publish_at`` on.

    ``comment_count`` counts its live comments. ``announced`` is the time when the last subscriber
    was notified of it; until then, subscribers up to the user id ``announced_to`` have been
    notified.
    """

    __tablename__ = "news"
    __table_args__ = (
        CheckConstraint("kind IN ('news', 'blog')", name="kind"),
        CheckConstraint("comment_count >= 0", name="comment_count"),
        Index(
            "ix_news_pinned_publish_at_id",
            "pinned",
            "publish_at",
            "id",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "ix_news_kind_publish_at_id",
            "kind",
            "publish_at",
            "id",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "ix_news_unannounced",
            "publish_at",
            sqlite_where=_UNANNOUNCED,
            postgresql_where=_UNANNOUNCED,
        ),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(150))
    contents: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(String(32))
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    publish_at: Mapped[Moment]
    pinned: Mapped[bool] = mapped_column(Boolean, default=False)
    comments_open: Mapped[bool] = mapped_column(Boolean, default=True)
    comment_count: Mapped[int] = mapped_column(Integer, default=0)
    edited_time: Mapped[datetime | None]
    editor_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    announced: Mapped[datetime | None]
    announced_to: Mapped[int] = mapped_column(BigInteger, default=0)
    deleted: Mapped[datetime | None]
    deleter_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )

    author: Mapped[User | None] = relationship(foreign_keys=author_id)
    editor: Mapped[User | None] = relationship(foreign_keys=editor_id)


@implementer(INewsComment)
class Comment(CommentColumns, Base):
    """A comment on an entry."""

    __tablename__ = "news_comments"
    __table_args__ = (
        Index(
            "ix_news_comments_entry_id_id",
            "entry_id",
            "id",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_news_comments_entry_id", "entry_id"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("news.id", ondelete="CASCADE"))

    entry: Mapped[Entry] = relationship()


class Seen(Base):
    """The last entry of a kind that a member has read; without a row, none is read.

    Entries are ordered by their time, then by their ids. A scheduled entry may have a lower id than
    entries published before it, and is unread for members who have read those.
    """

    __tablename__ = "news_seen"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    publish_at: Mapped[datetime]
    #: The id of an entry, which may have been deleted since.
    entry_id: Mapped[int] = mapped_column(BigInteger)


class FeedIdentity(Base):
    """The namespace of the ids of the feed and its entries. The migration stores the only row."""

    __tablename__ = "news_feed"
    __table_args__ = (CheckConstraint("id = 1", name="id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    namespace: Mapped[uuid.UUID] = mapped_column(Uuid)


class Subscription(Base):
    """A member's subscription to new entries."""

    __tablename__ = "news_subscriptions"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
