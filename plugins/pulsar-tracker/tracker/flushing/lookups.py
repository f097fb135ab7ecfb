"""What the database says before a batch is written, about the few rows that matter."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select, tuple_

from pulsar.users.models import User
from torrents.models import Torrent

from ..models import PeerRow, SnatchRow
from .batch import SNATCHES, Batch, PeerKey

#: Torrent and member.
Pair = tuple[int, int]

_CHUNK = 500


def first_snatches(connection: Connection, batch: Batch) -> set[Pair]:
    """The completions in the batch that are the first ones of a member and torrent."""
    completed = [key for key, sums in batch.progress.items() if sums[SNATCHES]]
    if not completed:
        return set()
    pair = tuple_(SnatchRow.torrent_id, SnatchRow.user_id)
    query = select(SnatchRow.torrent_id, SnatchRow.user_id).where(
        SnatchRow.snatched_at.is_not(None)
    )
    stored = {
        (row.torrent_id, row.user_id)
        for part in _parts(completed)
        for row in connection.execute(query.where(pair.in_(part)))
    }
    return of_known(connection, {key for key in completed if key not in stored})


def of_known(connection: Connection, pairs: Collection[Pair]) -> set[Pair]:
    """The pairs whose torrent and member still have a row."""
    torrents = _existing(connection, Torrent, {torrent_id for torrent_id, _ in pairs})
    users = _existing(connection, User, {user_id for _, user_id in pairs})
    return {pair for pair in pairs if pair[0] in torrents and pair[1] in users}


def active(connection: Connection, peers: Collection[PeerKey]) -> set[PeerKey]:
    """The peers that are stored as active."""
    columns = (PeerRow.torrent_id, PeerRow.user_id, PeerRow.peer_id)
    query = select(*columns).where(PeerRow.active)
    return {
        (row.torrent_id, row.user_id, row.peer_id)
        for part in _parts(peers)
        for row in connection.execute(query.where(tuple_(*columns).in_(part)))
    }


def _existing(connection: Connection, model: Any, ids: Collection[int]) -> set[int]:
    return {
        row_id
        for part in _parts(ids)
        for row_id in connection.scalars(select(model.id).where(model.id.in_(part)))
    }


def _parts(items: Collection[Any]) -> Iterator[list[Any]]:
    remaining = iter(items)
    while part := list(islice(remaining, _CHUNK)):
        yield part
