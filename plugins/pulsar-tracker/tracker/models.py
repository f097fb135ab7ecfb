"""The data of swarms that outlives the process.

Every flush updates rows of these tables. No index has a column that it changes, and the migration
gives their pages free space, so that PostgreSQL does not touch the indexes (HOT updates).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from pulsar.db import Base, Moment
from pulsar.users.models import User
from torrents.models import Torrent

from .interfaces import IPeer, ISnatch


@implementer(IPeer)
class PeerRow(Base):
    """The last counters of a peer, written together with the credit from them.

    The next announce is compared with them, also after a crash, so that nothing is lost or counted
    twice. ``fence`` numbers the owner of the swarm that wrote the row; an earlier owner does not
    overwrite it.
    """

    __tablename__ = "tracker_peers"
    __table_args__ = (Index("ix_tracker_peers_user_id_torrent_id", "user_id", "torrent_id"),)

    torrent_id: Mapped[int] = mapped_column(
        ForeignKey("torrents.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    peer_id: Mapped[bytes] = mapped_column(LargeBinary(20), primary_key=True)
    endpoint4: Mapped[bytes | None] = mapped_column(LargeBinary(6))
    endpoint6: Mapped[bytes | None] = mapped_column(LargeBinary(18))
    uploaded: Mapped[int] = mapped_column(BigInteger)
    downloaded: Mapped[int] = mapped_column(BigInteger)
    left: Mapped[int] = mapped_column("bytes_left", BigInteger)
    paused: Mapped[bool] = mapped_column(Boolean)
    active: Mapped[bool] = mapped_column(Boolean)
    leeched: Mapped[bool] = mapped_column(Boolean)
    snatched: Mapped[bool] = mapped_column(Boolean)
    joined: Mapped[float] = mapped_column(Float(53))
    seen: Mapped[float] = mapped_column(Float(53))
    counted_at: Mapped[float] = mapped_column(Float(53), default=0.0, server_default="0")
    key: Mapped[bytes | None] = mapped_column(LargeBinary(4))
    sources: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    fence: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


@implementer(ISnatch)
class SnatchRow(Base):
    """A member's activity with a torrent, summed over all clients; bytes as measured.

    ``snatches`` counts completions. ``snatched_at`` is the time of the first one.
    """

    __tablename__ = "tracker_snatches"
    __table_args__ = (
        CheckConstraint("uploaded >= 0 AND downloaded >= 0", name="sums"),
        Index(
            "ix_tracker_snatches_user_id_snatched_at_torrent_id",
            "user_id",
            "snatched_at",
            "torrent_id",
        ),
    )

    torrent_id: Mapped[int] = mapped_column(
        ForeignKey("torrents.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    uploaded: Mapped[int] = mapped_column(BigInteger)
    downloaded: Mapped[int] = mapped_column(BigInteger)
    refused_uploaded: Mapped[int] = mapped_column(BigInteger)
    refused_downloaded: Mapped[int] = mapped_column(BigInteger)
    seed_seconds: Mapped[int] = mapped_column(BigInteger)
    snatches: Mapped[int] = mapped_column(Integer)
    announces: Mapped[int] = mapped_column(BigInteger)
    left: Mapped[int] = mapped_column("bytes_left", BigInteger)
    first_action: Mapped[datetime]
    last_action: Mapped[datetime]
    snatched_at: Mapped[datetime | None]

    torrent: Mapped[Torrent] = relationship(lazy="joined", innerjoin=True)


class Journal(Base):
    """How far a journal has been written to the database: the number of its last written group."""

    __tablename__ = "tracker_journals"

    identity: Mapped[str] = mapped_column(String(32), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    updated: Mapped[Moment]


class SeedingDay(Base):
    """The seeding of a member on a day (UTC).

    ``seed_seconds`` is summed over their torrents; divided by the length of a period it gives the
    average number of torrents seeded in it. Bit n of ``hours`` tells whether anything was seeded in
    the hour that begins at n o'clock.
    """

    __tablename__ = "tracker_seeding_days"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True, index=True)
    seed_seconds: Mapped[int] = mapped_column(BigInteger)
    hours: Mapped[int] = mapped_column(Integer)
