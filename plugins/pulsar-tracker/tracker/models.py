"""The data of swarms that outlives the process."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
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
    twice.
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
    seen: Mapped[float] = mapped_column(Float(53), index=True)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


@implementer(ISnatch)
class SnatchRow(Base):
    """A member's activity with a torrent, summed over all clients; bytes as measured."""

    __tablename__ = "tracker_snatches"
    __table_args__ = (
        CheckConstraint("uploaded >= 0 AND downloaded >= 0", name="sums"),
        Index("ix_tracker_snatches_user_id_last_action", "user_id", "last_action"),
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


class Flush(Base):
    """A written batch; after a broken connection it shows whether the batch was committed."""

    __tablename__ = "tracker_flushes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    created: Mapped[Moment] = mapped_column(index=True)
