"""Groups, torrents, their files, their bytes and their tags."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from pulsar.db import Base, Moment, PrimaryKey
from pulsar.users.models import User

from .interfaces import ITorrent, ITorrentFile

_LIVE = text("deleted IS NULL")

group_tags = Table(
    "torrent_group_tags",
    Base.metadata,
    Column("group_id", ForeignKey("torrent_groups.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "tag_id", ForeignKey("torrent_tags.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
    info={"plugin": "torrents"},
)


class Tag(Base):
    """A word that describes works."""

    __tablename__ = "torrent_tags"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(32), unique=True)


class Group(Base):
    """A work. Plugins add fields for a category by subclassing (joined-table inheritance)."""

    __tablename__ = "torrent_groups"

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(32), default="group")
    category: Mapped[str] = mapped_column(String(32), index=True)
    title: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[Moment]

    tags: Mapped[list[Tag]] = relationship(secondary=group_tags, order_by=Tag.name)

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "group"}


@implementer(ITorrent)
class Torrent(Base):
    """An edition of a work. The tracker updates ``seeders``, ``leechers`` and ``snatches``.

    Deleted torrents stay in the table as history; their info-hashes can be uploaded again.
    """

    __tablename__ = "torrents"
    __table_args__ = (
        Index(
            "uq_torrents_info_hash",
            "info_hash",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "uq_torrents_info_hash_v2",
            "info_hash_v2",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "uq_torrents_info_hash_short",
            "info_hash_short",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        CheckConstraint("info_hash IS NOT NULL OR info_hash_v2 IS NOT NULL", name="hash"),
        *(
            Index(f"ix_torrents_{name}_id", name, "id", sqlite_where=_LIVE, postgresql_where=_LIVE)
            for name in ("size", "seeders", "leechers", "snatches")
        ),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(32), default="torrent")
    group_id: Mapped[int] = mapped_column(
        ForeignKey("torrent_groups.id", ondelete="RESTRICT"), index=True
    )
    uploader_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(255))
    info_hash: Mapped[bytes | None] = mapped_column(LargeBinary(20))
    info_hash_v2: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    #: The info-hash with which v2 clients announce: the first 20 bytes (BEP 52).
    info_hash_short: Mapped[bytes | None] = mapped_column(LargeBinary(20))
    version: Mapped[str] = mapped_column(String(8))
    size: Mapped[int] = mapped_column(BigInteger)
    file_count: Mapped[int] = mapped_column(Integer)
    piece_length: Mapped[int] = mapped_column(Integer)
    private: Mapped[bool] = mapped_column(Boolean)
    source: Mapped[str | None] = mapped_column(String(255))
    rehashed: Mapped[bool] = mapped_column(Boolean, default=False)
    seeders: Mapped[int] = mapped_column(Integer, default=0)
    leechers: Mapped[int] = mapped_column(Integer, default=0)
    snatches: Mapped[int] = mapped_column(Integer, default=0)
    created: Mapped[Moment]
    deleted: Mapped[datetime | None]

    group: Mapped[Group] = relationship(lazy="joined", innerjoin=True)
    uploader: Mapped[User | None] = relationship(lazy="joined")

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "torrent"}


class Contents(Base):
    """A torrent's bytes: the info dictionary for downloads, and the uploaded file."""

    __tablename__ = "torrent_contents"

    torrent_id: Mapped[int] = mapped_column(
        ForeignKey("torrents.id", ondelete="CASCADE"), primary_key=True
    )
    info: Mapped[bytes] = mapped_column(LargeBinary)
    piece_layers: Mapped[bytes | None] = mapped_column(LargeBinary)
    original: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


@implementer(ITorrentFile)
class TorrentFile(Base):
    """A file of a torrent, identified by its position."""

    __tablename__ = "torrent_files"

    torrent_id: Mapped[int] = mapped_column(
        ForeignKey("torrents.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
