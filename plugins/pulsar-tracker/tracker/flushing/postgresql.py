"""Writing a batch to PostgreSQL: staging tables, and one statement or two for each table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
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
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from pulsar.users.credit import credited

from ..journal.record import (
    ACTIVE,
    FIRST,
    GONE,
    LEECHED,
    NO_ENDPOINT4,
    NO_ENDPOINT6,
    PAUSED,
    SNATCHED,
)
from ..protocol.query import MAX_NUMBER
from .batch import SUMS, Batch
from .columns import (
    DAYS,
    PEER_KEY,
    PEERS,
    SNATCHES,
    TORRENTS,
    USERS,
    added_progress,
    added_seeding,
    not_seen_since,
    plus,
)
from .staging import EPOCH_DAY, Staging

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
#: The first and the last columns of a record, and in the row of one peer of each member and torrent
#: the sums of them; the others have no announces.
_PEERS = Staging(
    "tracker_staged_peers",
    ("kind", SmallInteger()),
    ("flags", SmallInteger()),
    ("event", SmallInteger()),
    ("sources", SmallInteger()),
    ("torrent_id", BigInteger()),
    ("user_id", BigInteger()),
    ("peer_id", LargeBinary(20)),
    ("endpoint4", LargeBinary(6)),
    ("endpoint6", LargeBinary(18)),
    ("key", LargeBinary(4)),
    ("uploaded", BigInteger()),
    ("downloaded", BigInteger()),
    ("bytes_left", BigInteger()),
    ("seen", Float(53)),
    ("joined", Float(53)),
    ("counted_at", Float(53)),
    *((f"sum_{name}", SNATCHES.c[name].type) for name in SUMS),
    ("sum_bytes_left", BigInteger()),
    ("sum_first_action", Float(53)),
    ("sum_last_action", Float(53)),
    ("sum_snatched_at", Float(53)),
)
_NO_SUMS = (0,) * (len(SUMS) + 4)
_FENCE: Any = bindparam("owner", type_=BigInteger)


def write(connection: Connection, batch: Batch, snatches: dict[int, int], fence: int) -> None:
    """Write the batch; ``snatches`` has the number of new snatches of each torrent.

    Rows of members or torrents that were removed for good are left out.
    """
    connection.execute(_PLANS)
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
            _put(connection, _ADD_PROGRESS, _NEW_PROGRESS, len(batch.progress))
        gone = sum(record.kind == GONE for record in batch.peers.values())
        if len(batch.peers) > gone:
            _put(connection, _SET_PEERS, _NEW_PEERS, len(batch.peers) - gone, owner=fence)
        if gone:
            connection.execute(_DROP_PEERS, {"owner": fence})
        _PEERS.drop(connection)
    if batch.days:
        _DAYS.fill(connection, _days(batch))
        _put(connection, _ADD_SEEDING, [_NEW_SEEDING], len(batch.days))
        _DAYS.drop(connection)


def _put(
    connection: Connection, change: Any, inserts: Sequence[Any], rows: int, **parameters: Any
) -> None:
    """Update rows, and insert the missing ones unless all of them are written.

    Looking up rows that do not exist takes as long as the update, so the first of ``inserts``
    tries only those that are likely to be new.
    """
    written = connection.execute(change, parameters).rowcount
    for statement in inserts:
        if written >= rows:
            break
        written += connection.execute(statement, parameters).rowcount


#: Plans over staging tables, which have no statistics, look expensive enough to be compiled. And
#: the rows of peers that announce are in memory: a few of them are looked up by the index instead
#: of reading the whole table.
_PLANS = text("SELECT set_config('jit', 'off', true), set_config('random_page_cost', '1.1', true)")

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

_is_first = _new.flags.op("&")(FIRST) != 0

_sums: dict[str, Any] = {
    **{name: _new[f"sum_{name}"] for name in (*SUMS, "bytes_left")},
    "first_action": func.to_timestamp(_new.sum_first_action),
    "last_action": func.to_timestamp(_new.sum_last_action),
    "snatched_at": case((_new.sum_snatches > 0, func.to_timestamp(_new.sum_snatched_at))),
}
_same_pair = and_(SNATCHES.c.torrent_id == _new.torrent_id, SNATCHES.c.user_id == _new.user_id)
_ADD_PROGRESS = (
    update(SNATCHES).where(_same_pair, _new.sum_announces > 0).values(added_progress(_sums))
)
_missing_pairs = select(_new.torrent_id, _new.user_id, *_sums.values()).where(
    _new.sum_announces > 0, ~exists().where(_same_pair), _owners
)
_NEW_PROGRESS = [
    insert(SNATCHES).from_select(["torrent_id", "user_id", *_sums], rows)
    for rows in (_missing_pairs.where(_is_first), _missing_pairs)
]

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
    update(PEERS).where(_same_peer, _new.kind != GONE, PEERS.c.fence <= _FENCE).values(_state)
)
_missing_peers = select(*(_new[name] for name in PEER_KEY), *_state.values()).where(
    _new.kind != GONE, ~exists().where(_same_peer), _owners
)
_NEW_PEERS = [
    insert(PEERS).from_select([*PEER_KEY, *_state], rows)
    for rows in (_missing_peers.where(_is_first), _missing_peers)
]
_DROP_PEERS = delete(PEERS).where(_same_peer, _new.kind == GONE, not_seen_since(_FENCE, _new.seen))

_same_day = and_(DAYS.c.user_id == _DAYS.c.user_id, DAYS.c.day == _DAYS.c.day)
_ADD_SEEDING = update(DAYS).where(_same_day).values(added_seeding(_DAYS.c))
_NEW_SEEDING = insert(DAYS).from_select(
    [column.name for column in _DAYS.c],
    select(*_DAYS.c).where(
        ~exists().where(_same_day), exists().where(USERS.c.id == _DAYS.c.user_id)
    ),
)


def _credits(batch: Batch) -> Iterator[tuple[Any, ...]]:
    for user_id, (up, down) in sorted(batch.credits.items()):
        yield (user_id, up, down)


def _swarms(batch: Batch, snatches: dict[int, int]) -> Iterator[tuple[Any, ...]]:
    for torrent_id, record in batch.swarms.items():
        yield (torrent_id, record.complete, record.incomplete, snatches.get(torrent_id, 0))


def _peers(batch: Batch) -> Iterator[tuple[Any, ...]]:
    sums = batch.progress.copy()
    for (torrent_id, user_id, _), record in batch.peers.items():
        yield (*record[:13], *record[22:], *sums.pop((torrent_id, user_id), _NO_SUMS))


def _days(batch: Batch) -> Iterator[tuple[Any, ...]]:
    for (user_id, day), (seconds, hours) in batch.days.items():
        yield (user_id, day - EPOCH_DAY, seconds, hours)
