"""Requests, their votes and ledger, comments and bookmarks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from pulsar.comments import CommentColumns
from pulsar.db import Base, Moment, PrimaryKey
from pulsar.users.models import User
from torrents.models import Tag

from .interfaces import IRequestComment, IRequestVote, ITorrentRequest

_LIVE = text("deleted IS NULL")

request_tags = Table(
    "requests_tags",
    Base.metadata,
    Column("request_id", ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "tag_id", ForeignKey("torrent_tags.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
    info={"plugin": "torrent_requests"},
)


@implementer(ITorrentRequest)
class TorrentRequest(Base):
    """A request. ``bounty`` is the sum of its votes, ``vote_count`` their number.

    Filled requests keep both, and so do deleted ones, whose rows are kept for history.
    """

    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint("bounty >= 0", name="bounty"),
        *(
            Index(f"ix_requests_{name}_id", name, "id", sqlite_where=_LIVE, postgresql_where=_LIVE)
            for name in ("bounty", "vote_count", "last_vote")
        ),
    )

    id: Mapped[PrimaryKey]
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    category: Mapped[str] = mapped_column(String(32), index=True)
    title: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(String(32))
    bounty: Mapped[int] = mapped_column(BigInteger, default=0)
    vote_count: Mapped[int] = mapped_column(Integer, default=0)
    created: Mapped[Moment]
    edited: Mapped[datetime | None]
    last_vote: Mapped[Moment]
    filled: Mapped[datetime | None]
    filler_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    torrent_id: Mapped[int | None] = mapped_column(
        ForeignKey("torrents.id", ondelete="SET NULL"), index=True
    )
    deleted: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(lazy="joined", foreign_keys=[user_id])
    filler: Mapped[User | None] = relationship(lazy="joined", foreign_keys=[filler_id])
    tags: Mapped[list[Tag]] = relationship(secondary=request_tags, order_by=Tag.name)


@implementer(IRequestVote)
class Vote(Base):
    """The total contribution of one member to a request, without the tax.

    It stays in the bounty if the member's account is removed; then nobody gets it back.
    """

    __tablename__ = "requests_votes"
    __table_args__ = (UniqueConstraint("request_id", "user_id"),)

    id: Mapped[PrimaryKey]
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    amount: Mapped[int] = mapped_column(BigInteger)
    created: Mapped[Moment]
    last: Mapped[Moment]
    refunded: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(lazy="joined")


class Movement(Base):
    """A movement of credit in the ledger, from which rows are never deleted.

    ``amount`` is what the request's hold gained, negative for what it lost. The sum of a request's
    movements is its bounty while it is open, and 0 when it is filled or deleted.
    """

    __tablename__ = "requests_ledger"

    id: Mapped[PrimaryKey]
    request_id: Mapped[int] = mapped_column(
        ForeignKey("requests.id", ondelete="RESTRICT"), index=True
    )
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int] = mapped_column(BigInteger)
    time: Mapped[Moment]


@implementer(IRequestComment)
class Comment(CommentColumns, Base):
    """A comment on a request."""

    __tablename__ = "requests_comments"
    __table_args__ = (Index("ix_requests_comments_request_id_id", "request_id", "id"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"))


class Bookmark(Base):
    """A member's bookmark of a request."""

    __tablename__ = "requests_bookmarks"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    request_id: Mapped[int] = mapped_column(
        ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created: Mapped[Moment]
