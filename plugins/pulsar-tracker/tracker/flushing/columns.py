"""What a batch does to the columns of the tables, the same on both databases."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import BigInteger, ColumnElement, Table, and_, case, func, or_

from pulsar.users.models import User
from torrents.models import Torrent

from ..models import PeerRow, SeedingDay, SnatchRow
from ..protocol.query import MAX_NUMBER
from .batch import SUMS

USERS, TORRENTS, PEERS, SNATCHES, DAYS = (
    cast(Table, model.__table__) for model in (User, Torrent, PeerRow, SnatchRow, SeedingDay)
)

PEER_KEY = ("torrent_id", "user_id", "peer_id")
#: The columns of ``tracker_peers`` that are replaced.
PEER_STATE = tuple(column.name for column in PEERS.columns if column.name not in PEER_KEY)


def most(column: ColumnElement[int]) -> int:
    """The largest number that the column holds."""
    return MAX_NUMBER if isinstance(column.type, BigInteger) else 2**31 - 1


def plus(column: ColumnElement[int], more: ColumnElement[int]) -> ColumnElement[int]:
    """The sum of two numbers that are not negative, at most what the column holds."""
    return case((column > most(column) - more, most(column)), else_=column + more)


def added_progress(new: Any) -> dict[str, Any]:
    """The values for an ``UPDATE`` of ``tracker_snatches``, with the columns of the new sums."""
    return {
        **{name: plus(SNATCHES.c[name], new[name]) for name in SUMS},
        "bytes_left": new["bytes_left"],
        "last_action": new["last_action"],
        "snatched_at": func.coalesce(SNATCHES.c.snatched_at, new["snatched_at"]),
    }


def added_seeding(new: Any) -> dict[str, Any]:
    """The values for an ``UPDATE`` of ``tracker_seeding_days``."""
    return {
        "seed_seconds": plus(DAYS.c.seed_seconds, new.seed_seconds),
        "hours": DAYS.c.hours.op("|")(new.hours),
    }


def not_seen_since(fence: Any, seen: Any) -> ColumnElement[bool]:
    """Whether the row of a peer is not newer: no later owner wrote it, nor this one afterwards."""
    return or_(PEERS.c.fence < fence, and_(PEERS.c.fence == fence, PEERS.c.seen <= seen))
