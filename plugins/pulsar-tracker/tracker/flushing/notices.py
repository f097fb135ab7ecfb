"""The events in a number of records; nothing is built that nobody subscribes to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from pulsar.registry import Registry

from ..events import EVENTS, Event, ImplausibleClaim, PeerStarted, PeerStopped, Snatched
from ..journal.record import ACTIVE, FINISHED, FIRST, GONE, Record
from .batch import PeerKey
from .lookups import Pair, active, of_known

#: ``event`` of the record of a client that said that it started.
_STARTED = 2

Kinds = frozenset[type[Event]]


def subscribed(registry: Registry) -> Kinds:
    """The kinds of events that somebody subscribes to."""
    find = registry.adapters.subscriptions
    return frozenset(kind for kind, interface in EVENTS.items() if find([interface], None))


def events(
    session: Session, records: Sequence[Record], snatched: Collection[Pair], kinds: Kinds
) -> list[Event]:
    """The events of these kinds in the records, which are not written yet.

    ``snatched`` has the torrents and members of new snatches.
    """
    found = {_key(record) for record in records if _matters(record, kinds)}
    if not found:
        return []
    connection = session.connection()
    known = of_known(connection, {(torrent_id, user_id) for torrent_id, user_id, _ in found})
    keys = {key for key in found if key[:2] in known}
    sharing = active(connection, keys) if PeerStarted in kinds or PeerStopped in kinds else set()
    new = set(snatched)
    return [
        event
        for record in records
        if _key(record) in keys
        for event in _events(session, record, sharing, new)
        if type(event) in kinds
    ]


def _key(record: Record) -> PeerKey:
    return (record.torrent_id, record.user_id, record.peer_id)


def _matters(record: Record, kinds: Kinds) -> object:
    """Whether the record may be an event of one of the kinds."""
    flags = record.flags
    return (
        ((record.refused_up or record.refused_down) and ImplausibleClaim in kinds)
        or (flags & FINISHED and Snatched in kinds)
        or ((flags & FIRST or record.event == _STARTED) and PeerStarted in kinds)
        or ((record.kind == GONE or not flags & ACTIVE) and PeerStopped in kinds)
    )


def _events(
    session: Session, record: Record, sharing: set[PeerKey], snatched: set[Pair]
) -> Iterator[Event]:
    """The events of a record. ``sharing`` has the active peers before it, and is updated."""
    key = _key(record)
    common: dict[str, Any] = {
        "session": session,
        "user_id": record.user_id,
        "torrent_id": record.torrent_id,
        "peer_id": record.peer_id,
        "time": record.now,
    }
    if record.kind == GONE or not record.flags & ACTIVE:
        if key in sharing:
            sharing.remove(key)
            yield PeerStopped(**common, silent=record.kind == GONE)
    elif key not in sharing:
        sharing.add(key)
        yield PeerStarted(**common, left=record.left)
    if record.refused_up or record.refused_down:
        yield ImplausibleClaim(**common, uploaded=record.refused_up, downloaded=record.refused_down)
    if record.flags & FINISHED and key[:2] in snatched:
        snatched.remove(key[:2])
        yield Snatched(**common, uploaded=record.uploaded, downloaded=record.downloaded)
