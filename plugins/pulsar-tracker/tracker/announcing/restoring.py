"""The swarms of a new owner: the peers of the database, and what the journal has after them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..directory import Directory
from ..flushing.follow import IFollower
from ..journal.record import (
    ACTIVE,
    ANNOUNCE,
    LEECHED,
    NO_ENDPOINT4,
    NO_ENDPOINT6,
    PAUSED,
    SNATCHED,
    Record,
)
from ..models import PeerRow
from ..protocol.announce import NO_KEY
from ..swarms.store import PackedSwarms

#: Rows and records that are read at once.
_BATCH = 20_000

_COLUMNS = (
    PeerRow.torrent_id,
    PeerRow.user_id,
    PeerRow.peer_id,
    PeerRow.endpoint4,
    PeerRow.endpoint6,
    PeerRow.uploaded,
    PeerRow.downloaded,
    PeerRow.left,
    PeerRow.paused,
    PeerRow.active,
    PeerRow.leeched,
    PeerRow.snatched,
    PeerRow.joined,
    PeerRow.seen,
    PeerRow.counted_at,
    PeerRow.key,
    PeerRow.sources,
)


class Restored(NamedTuple):
    """How many rows and records were read, and the credit that these records wait to give."""

    peers: int
    replayed: int
    credit_up: int
    credit_down: int


def restore(
    session: Session, directory: Directory, store: PackedSwarms, unwritten: IFollower
) -> Restored:
    """Put every peer into its last state."""
    peers = _put(directory, store, _rows(session))
    replayed = credit_up = credit_down = 0
    while groups := unwritten.read(_BATCH):
        for group in groups:
            _put(directory, store, group.records)
            replayed += len(group.records)
            credit_up += sum(record.credit_up for record in group.records)
            credit_down += sum(record.credit_down for record in group.records)
    return Restored(peers, replayed, credit_up, credit_down)


def _put(directory: Directory, store: PackedSwarms, records: Iterable[Record]) -> int:
    """Returns how many records there were, with those of members and torrents that are gone."""
    number = 0
    for record in records:
        number += 1
        member = directory.members_by_id.get(record.user_id)
        torrent = directory.torrents_by_id.get(record.torrent_id)
        if member is not None and torrent is not None:
            store.restore(member, torrent, record)
    return number


def _rows(session: Session) -> Iterator[Record]:
    rows = session.execute(
        select(*_COLUMNS), execution_options={"yield_per": _BATCH, "stream_results": True}
    )
    for row in rows:
        yield _record(row)


def _record(row: Any) -> Record:
    flags = (
        (ACTIVE if row.active else 0)
        | (PAUSED if row.paused else 0)
        | (LEECHED if row.leeched else 0)
        | (SNATCHED if row.snatched else 0)
    )
    return Record(
        ANNOUNCE,
        flags,
        0,
        row.sources,
        row.torrent_id,
        row.user_id,
        bytes(row.peer_id),
        bytes(row.endpoint4 or NO_ENDPOINT4),
        bytes(row.endpoint6 or NO_ENDPOINT6),
        bytes(row.key or NO_KEY),
        row.uploaded,
        row.downloaded,
        row.left,
        *(0,) * 9,
        row.seen,
        row.joined,
        # Rows of earlier versions say only when the peer was seen.
        row.counted_at or row.seen,
    )
