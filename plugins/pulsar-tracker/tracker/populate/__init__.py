"""Swarms to try a site out with: what members took, others gave, and all of it is credited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from random import Random
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.populate.directive import Progress
from pulsar.populate.material import seeded
from pulsar.populate.rows import Row, put
from pulsar.request import Request
from pulsar.users.addresses import UserAddress
from pulsar.users.models import User
from torrents.models import Torrent

from ..models import PeerRow, SnatchRow
from .history import INTERVAL, Member, history

_BATCH = 100
_CLIENTS = (b"-DE2140-", b"-LT2080-", b"-TR4060-", b"-qB5110-")
_DIGITS = b"0123456789"


def populate(request: Request, scale: float, progress: Progress) -> None:
    """Give every torrent its swarm and its history, and members what follows from it."""
    session, chance, now = request.db, seeded("tracker"), utcnow()
    members = _members(session)
    torrents = session.execute(
        select(Torrent.id, Torrent.uploader_id, Torrent.size, Torrent.created)
        .where(Torrent.deleted.is_(None))
        .order_by(Torrent.id)
    ).all()
    for first in range(0, len(torrents), _BATCH):
        batch = torrents[first : first + _BATCH]
        snatches = [row for torrent in batch for row in history(chance, torrent, members, now)]
        peers = list(_peers(chance, snatches, members, now))
        put(session, SnatchRow, snatches)
        put(session, PeerRow, peers)
        progress("Swarms", first + len(batch), len(torrents))
    _add_up(session)


def _members(session: Session) -> dict[int, Member]:
    """The members whose clients may announce, by id, with one of their addresses."""
    rows = session.execute(
        select(User.id, User.created, UserAddress.address)
        .join(UserAddress, UserAddress.user_id == User.id)
        .where(User.enabled, User.locked.is_(False), UserAddress.address.not_like("%:%"))
        .order_by(User.id, UserAddress.address)
    )
    return {row.id: Member(row.id, row.created, IPv4Address(row.address).packed) for row in rows}


def _peers(
    chance: Random, snatches: list[Row], members: dict[int, Member], now: datetime
) -> Iterator[Row]:
    """The clients of those who are still there: most seeders, and some who are not done."""
    for snatch in snatches:
        if chance.random() > (0.3 if snatch["left"] else 0.6):
            continue
        seen = max(snatch["last_action"], now - timedelta(seconds=chance.randrange(INTERVAL)))
        snatch["last_action"] = seen
        port = chance.randint(1024, 65_535).to_bytes(2)
        yield {
            "torrent_id": snatch["torrent_id"],
            "user_id": snatch["user_id"],
            "peer_id": chance.choice(_CLIENTS) + bytes(chance.choices(_DIGITS, k=12)),
            "endpoint4": members[snatch["user_id"]].address + port,
            "uploaded": snatch["uploaded"],
            "downloaded": snatch["downloaded"],
            "left": snatch["left"],
            "paused": False,
            "active": True,
            "leeched": snatch["downloaded"] > 0,
            "snatched": snatch["snatches"] > 0,
            "joined": snatch["first_action"].timestamp(),
            "seen": seen.timestamp(),
        }


def _add_up(session: Session) -> None:
    """Credit members with what they moved, and count the swarms and the snatches."""

    def total(column: Any, *where: Any) -> Any:
        return select(func.coalesce(func.sum(column), 0)).where(*where).scalar_subquery()

    def peers(*where: Any) -> Any:
        return (
            select(func.count())
            .select_from(PeerRow)
            .where(PeerRow.torrent_id == Torrent.id, PeerRow.active, *where)
            .scalar_subquery()
        )

    own = SnatchRow.user_id == User.id
    session.execute(
        update(User).values(
            uploaded=User.uploaded + total(SnatchRow.uploaded, own),
            downloaded=User.downloaded + total(SnatchRow.downloaded, own),
        ),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(Torrent).values(
            seeders=peers(PeerRow.left == 0),
            leechers=peers(PeerRow.left > 0),
            snatches=total(SnatchRow.snatches, SnatchRow.torrent_id == Torrent.id),
        ),
        execution_options={"synchronize_session": False},
    )
