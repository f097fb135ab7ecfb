"""Writing a batch to PostgreSQL: staging tables, and one statement or two for each table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    SmallInteger,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    not_,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from pulsar.users.credit import credited

from ..journal.record import (
    ACTIVE,
    GONE,
    LEECHED,
    NO_ENDPOINT4,
    NO_ENDPOINT6,
    PAUSED,
    SNATCHED,
)
from ..protocol.query import MAX_NUMBER
from .batch import Batch
from .columns import (
    DAYS,
    PEER_KEY,
    PEERS,
    SNATCHES,
    SUMS,
    TORRENTS,
    USERS,
    added_progress,
    added_seeding,
    most,
    not_seen_since,
    plus,
)
from .staging import EPOCH_DAY, Staging, timestamp

_CREDITS = Staging(
    "tracker_staged_credits",
    ("user_id", BigInteger()),
    ("uploaded", BigInteger()),
    ("downloaded", BigInteger()),
)
_SWARMS = Staging(
    "tracker_staged_swarms",
    ("torrent_id", BigInteger()),
    ("seeders", Integer()),
    ("leechers", Integer()),
    ("snatches", Integer()),
)
_DAYS = Staging(
    "tracker_staged_days",
    ("user_id", BigInteger()),
    ("day", Date()),
    ("seed_seconds", BigInteger()),
    ("hours", Integer()),
)
#: A peer, and in the row of one peer of each member and torrent the sums of them; the others have
#: no announces.
_PEERS = Staging(
    "tracker_staged_peers",
    ("torrent_id", BigInteger()),
    ("user_id", BigInteger()),
    ("peer_id", LargeBinary(20)),
    ("gone", Boolean()),
    ("endpoint4", LargeBinary(6)),
    ("endpoint6", LargeBinary(18)),
    ("uploaded", BigInteger()),
    ("downloaded", BigInteger()),
    ("bytes_left", BigInteger()),
    ("flags", SmallInteger()),
    ("joined", Float(53)),
    ("seen", Float(53)),
    ("counted_at", Float(53)),
    ("key", LargeBinary(4)),
    ("sources", Integer()),
    *((f"sum_{name}", SNATCHES.c[name].type) for name in SUMS),
    ("sum_bytes_left", BigInteger()),
    ("sum_first_action", DateTime(True)),
    ("sum_last_action", DateTime(True)),
    ("sum_snatched_at", DateTime(True)),
)
_NO_SUMS = (0,) * (len(SUMS) + 4)
_FENCE: Any = bindparam("owner", type_=BigInteger)


def write(connection: Connection, batch: Batch, snatches: dict[int, int], fence: int) -> None:
    """Write the batch; ``snatches`` has the number of new snatches of each torrent.

    Rows of members or torrents that were removed for good are left out.
    """
    if batch.credits:
        _CREDITS.fill(connection, _credits(batch))
        connection.execute(_ADD_CREDIT)
        _CREDITS.drop(connection)
    if batch.swarms:
        _SWARMS.fill(connection, _swarms(batch, snatches))
        connection.execute(_SET_SWARMS)
        _SWARMS.drop(connection)
    if batch.peers:
        _PEERS.fill(connection, _peers(batch))
        if batch.progress:
            connection.execute(_ADD_PROGRESS)
            connection.execute(_NEW_PROGRESS)
        for statement in (_SET_PEERS, _NEW_PEERS, _DROP_PEERS):
            connection.execute(statement, {"owner": fence})
        _PEERS.drop(connection)
    if batch.days:
        _DAYS.fill(connection, _days(batch))
        connection.execute(_ADD_SEEDING)
        _DAYS.drop(connection)


_ADD_CREDIT = (
    update(USERS)
    .where(USERS.c.id == _CREDITS.c.user_id)
    .values(
        **credited(_CREDITS.c.uploaded, USERS, MAX_NUMBER),
        downloaded=plus(USERS.c.downloaded, _CREDITS.c.downloaded),
    )
)

_SET_SWARMS = (
    update(TORRENTS)
    .where(
        TORRENTS.c.id == _SWARMS.c.torrent_id,
        or_(
            TORRENTS.c.seeders != _SWARMS.c.seeders,
            TORRENTS.c.leechers != _SWARMS.c.leechers,
            _SWARMS.c.snatches > 0,
        ),
    )
    .values(
        seeders=_SWARMS.c.seeders,
        leechers=_SWARMS.c.leechers,
        snatches=plus(TORRENTS.c.snatches, _SWARMS.c.snatches),
    )
)

_new = _PEERS.c
_owners = and_(
    exists().where(USERS.c.id == _new.user_id), exists().where(TORRENTS.c.id == _new.torrent_id)
)

_sums: dict[str, Any] = {
    **{name: _new[f"sum_{name}"] for name in (*SUMS, "bytes_left", "first_action", "last_action")},
    "snatched_at": case((_new.sum_snatches > 0, _new.sum_snatched_at), else_=null()),
}
_same_pair = and_(SNATCHES.c.torrent_id == _new.torrent_id, SNATCHES.c.user_id == _new.user_id)
_ADD_PROGRESS = (
    update(SNATCHES).where(_same_pair, _new.sum_announces > 0).values(added_progress(_sums))
)
_NEW_PROGRESS = insert(SNATCHES).from_select(
    ["torrent_id", "user_id", *_sums],
    select(_new.torrent_id, _new.user_id, *_sums.values()).where(
        _new.sum_announces > 0, ~exists().where(_same_pair), _owners
    ),
)

_state: dict[str, Any] = {
    "endpoint4": func.nullif(_new.endpoint4, NO_ENDPOINT4),
    "endpoint6": func.nullif(_new.endpoint6, NO_ENDPOINT6),
    **{
        name: _new[name]
        for name in (
            "uploaded",
            "downloaded",
            "bytes_left",
            "joined",
            "seen",
            "counted_at",
            "key",
            "sources",
        )
    },
    **{
        name: _new.flags.op("&")(bit) != 0
        for name, bit in (
            ("paused", PAUSED),
            ("active", ACTIVE),
            ("leeched", LEECHED),
            ("snatched", SNATCHED),
        )
    },
    "fence": _FENCE,
}
_same_peer = and_(*(PEERS.c[name] == _new[name] for name in PEER_KEY))
_SET_PEERS = (
    update(PEERS).where(_same_peer, not_(_new.gone), PEERS.c.fence <= _FENCE).values(_state)
)
_NEW_PEERS = insert(PEERS).from_select(
    [*PEER_KEY, *_state],
    select(*(_new[name] for name in PEER_KEY), *_state.values()).where(
        not_(_new.gone), ~exists().where(_same_peer), _owners
    ),
)
_DROP_PEERS = delete(PEERS).where(_same_peer, _new.gone, not_seen_since(_FENCE, _new.seen))

_seeding = insert(DAYS).from_select(
    [column.name for column in _DAYS.c],
    select(*_DAYS.c).where(exists().where(USERS.c.id == _DAYS.c.user_id)),
)
_ADD_SEEDING = _seeding.on_conflict_do_update(
    index_elements=["user_id", "day"], set_=added_seeding(_seeding.excluded)
)


def _credits(batch: Batch) -> Iterator[tuple[Any, ...]]:
    for user_id, credit in sorted(batch.credits.items()):
        yield (user_id, min(credit.uploaded, MAX_NUMBER), min(credit.downloaded, MAX_NUMBER))


def _swarms(batch: Batch, snatches: dict[int, int]) -> Iterator[tuple[Any, ...]]:
    largest = most(TORRENTS.c.seeders)
    for torrent_id, (complete, incomplete) in sorted(batch.swarms.items()):
        yield (
            torrent_id,
            min(complete, largest),
            min(incomplete, largest),
            snatches.get(torrent_id, 0),
        )


def _peers(batch: Batch) -> Iterator[tuple[Any, ...]]:
    sums = {pair: _sums_of(progress) for pair, progress in batch.progress.items()}
    for record in batch.peers.values():
        yield (
            record.torrent_id,
            record.user_id,
            record.peer_id,
            record.kind == GONE,
            record.endpoint4,
            record.endpoint6,
            min(record.uploaded, MAX_NUMBER),
            min(record.downloaded, MAX_NUMBER),
            min(record.left, MAX_NUMBER),
            record.flags,
            record.joined,
            record.now,
            record.counted_at,
            record.key,
            record.sources,
            *sums.pop((record.torrent_id, record.user_id), _NO_SUMS),
        )


def _sums_of(progress: Any) -> tuple[Any, ...]:
    return (
        *(min(getattr(progress, name), most(SNATCHES.c[name])) for name in SUMS),
        min(progress.left, MAX_NUMBER),
        timestamp(progress.first_action),
        timestamp(progress.last_action),
        0 if progress.snatched_at is None else timestamp(progress.snatched_at),
    )


def _days(batch: Batch) -> Iterator[tuple[Any, ...]]:
    for (user_id, day), (seconds, hours) in sorted(batch.days.items()):
        yield (user_id, day - EPOCH_DAY, min(seconds, MAX_NUMBER), hours)
