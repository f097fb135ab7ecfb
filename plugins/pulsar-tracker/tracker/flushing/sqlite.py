"""Writing a batch to SQLite: one statement for each table, executed with many rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    Table,
    bindparam,
    delete,
    exists,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import Insert, insert

from pulsar.users.credit import credited

from ..journal.record import (
    ACTIVE,
    GONE,
    LEECHED,
    NO_ENDPOINT4,
    NO_ENDPOINT6,
    PAUSED,
    SNATCHED,
    Record,
)
from ..protocol.query import MAX_NUMBER
from .batch import SUMS, Batch
from .columns import (
    DAYS,
    PEER_KEY,
    PEER_STATE,
    PEERS,
    SNATCHES,
    TORRENTS,
    USERS,
    added_progress,
    added_seeding,
    most,
    not_seen_since,
    plus,
)
from .days import day_of


def write(connection: Connection, batch: Batch, snatches: dict[int, int], fence: int) -> None:
    """Write the batch; ``snatches`` has the number of new snatches of each torrent.

    Rows of members or torrents that were removed for good are left out.
    """
    records = batch.peers.values()
    for statement, rows in (
        (_ADD_CREDIT, _credits(batch)),
        (_SET_SWARM, _swarms(batch, snatches)),
        (_ADD_PROGRESS, _progress(batch)),
        (_PUT_PEER, (_peer(record, fence) for record in records if record.kind != GONE)),
        (_DROP_PEER, (_gone(record, fence) for record in records if record.kind == GONE)),
        (_ADD_SEEDING, _days(batch)),
    ):
        parameters = list(rows)
        if parameters:
            connection.execute(statement, parameters)


def _new(name: str) -> Any:
    return bindparam(name, type_=BigInteger)


def _insert_of_known(table: Table, *owners: tuple[Table, str]) -> Insert:
    """Insert rows given by parameters, except those whose owner has no row."""
    row = {column.name: bindparam(column.name, type_=column.type) for column in table.columns}
    known: Select[Any] = select(*row.values()).where(
        *(exists().where(owner.c.id == row[name]) for owner, name in owners)
    )
    return insert(table).from_select(list(row), known)


_USER, _TORRENT = (USERS, "user_id"), (TORRENTS, "torrent_id")

_ADD_CREDIT = (
    update(USERS)
    .where(USERS.c.id == bindparam("user"))
    .values(
        **credited(_new("up"), USERS, MAX_NUMBER), downloaded=plus(USERS.c.downloaded, _new("down"))
    )
)

_SET_SWARM = (
    update(TORRENTS)
    .where(TORRENTS.c.id == bindparam("torrent"))
    .values(
        seeders=bindparam("complete"),
        leechers=bindparam("incomplete"),
        snatches=plus(TORRENTS.c.snatches, _new("more")),
    )
)

_progress_rows = _insert_of_known(SNATCHES, _TORRENT, _USER)
_ADD_PROGRESS = _progress_rows.on_conflict_do_update(
    index_elements=["torrent_id", "user_id"], set_=added_progress(_progress_rows.excluded)
)

_peer_rows = _insert_of_known(PEERS, _TORRENT, _USER)
_PUT_PEER = _peer_rows.on_conflict_do_update(
    index_elements=list(PEER_KEY),
    set_={name: _peer_rows.excluded[name] for name in PEER_STATE},
    where=PEERS.c.fence <= _peer_rows.excluded.fence,
)

_DROP_PEER = delete(PEERS).where(
    PEERS.c.torrent_id == bindparam("torrent"),
    PEERS.c.user_id == bindparam("user"),
    PEERS.c.peer_id == bindparam("peer"),
    not_seen_since(bindparam("owner"), bindparam("now")),
)

_day_rows = _insert_of_known(DAYS, _USER)
_ADD_SEEDING = _day_rows.on_conflict_do_update(
    index_elements=["user_id", "day"], set_=added_seeding(_day_rows.excluded)
)


def _credits(batch: Batch) -> Iterator[dict[str, Any]]:
    for user_id, (up, down) in batch.credits.items():
        yield {"user": user_id, "up": min(up, MAX_NUMBER), "down": min(down, MAX_NUMBER)}


def _swarms(batch: Batch, snatches: dict[int, int]) -> Iterator[dict[str, Any]]:
    largest = most(TORRENTS.c.seeders)
    for torrent_id, record in batch.swarms.items():
        yield {
            "torrent": torrent_id,
            "complete": min(record.complete, largest),
            "incomplete": min(record.incomplete, largest),
            "more": snatches.get(torrent_id, 0),
        }


def _progress(batch: Batch) -> Iterator[dict[str, Any]]:
    largest = [most(SNATCHES.c[name]) for name in SUMS]
    for (torrent_id, user_id), (*sums, left, first, last, snatched_at) in batch.progress.items():
        yield {
            "torrent_id": torrent_id,
            "user_id": user_id,
            **dict(zip(SUMS, map(min, sums, largest), strict=True)),
            "bytes_left": min(left, MAX_NUMBER),
            "first_action": _moment(first),
            "last_action": _moment(last),
            "snatched_at": _moment(snatched_at) if snatched_at else None,
        }


def _peer(record: Record, fence: int) -> dict[str, Any]:
    flags = record.flags
    return {
        "torrent_id": record.torrent_id,
        "user_id": record.user_id,
        "peer_id": record.peer_id,
        "endpoint4": record.endpoint4 if record.endpoint4 != NO_ENDPOINT4 else None,
        "endpoint6": record.endpoint6 if record.endpoint6 != NO_ENDPOINT6 else None,
        "uploaded": min(record.uploaded, MAX_NUMBER),
        "downloaded": min(record.downloaded, MAX_NUMBER),
        "bytes_left": min(record.left, MAX_NUMBER),
        "paused": bool(flags & PAUSED),
        "active": bool(flags & ACTIVE),
        "leeched": bool(flags & LEECHED),
        "snatched": bool(flags & SNATCHED),
        "joined": record.joined,
        "seen": record.now,
        "counted_at": record.counted_at,
        "key": record.key,
        "sources": record.sources,
        "fence": fence,
    }


def _gone(record: Record, fence: int) -> dict[str, Any]:
    return {
        "torrent": record.torrent_id,
        "user": record.user_id,
        "peer": record.peer_id,
        "now": record.now,
        "owner": fence,
    }


def _days(batch: Batch) -> Iterator[dict[str, Any]]:
    for (user_id, day), (seconds, hours) in batch.days.items():
        yield {
            "user_id": user_id,
            "day": day_of(day),
            "seed_seconds": min(seconds, MAX_NUMBER),
            "hours": hours,
        }


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
