"""A swarm store, and the books that its records add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from tracker.directory import KnownTorrent, Member
from tracker.journal.record import ACTIVE, ANNOUNCE, FINISHED, FIRST, PAUSED, Record
from tracker.protocol.addresses import pack_endpoint
from tracker.protocol.announce import Announce
from tracker.swarms.session import Rules
from tracker.swarms.store import Outcome, PackedSwarms
from tracker.swarms.swarm import Swarm

EVENTS = ("", "completed", "started", "stopped", "paused")
#: The hashes of torrents whose announces say which hash they are by.
FIRST_HASH, SECOND_HASH = b"1" * 20, b"2" * 20


class Counts(NamedTuple):
    """The size of a swarm."""

    complete: int
    incomplete: int
    downloaders: int


class Peer(NamedTuple):
    """An announce of a member's client."""

    user_id: int
    peer_id: bytes
    endpoint4: bytes | None
    endpoint6: bytes | None
    family: int
    uploaded: int
    downloaded: int
    left: int
    event: str
    key: bytes
    info_hash: bytes

    def announce(self, numwant: int, peer_ids: bool) -> Announce:
        """The announce as a protocol delivers it."""
        endpoint = self.endpoint4 if self.family == 4 else self.endpoint6
        assert endpoint is not None
        return Announce(
            info_hash=self.info_hash,
            peer_id=self.peer_id,
            uploaded=self.uploaded,
            downloaded=self.downloaded,
            left=self.left,
            event=EVENTS.index(self.event),
            numwant=numwant,
            compact=not peer_ids,
            no_peer_id=False,
            key=self.key,
            address=endpoint[:-2],
            endpoint4=self.endpoint4,
            endpoint6=self.endpoint6,
        )


class Told(NamedTuple):
    """What an announce led to, and the record of it; None if it changed nothing."""

    counts: Counts
    peers4: bytes
    peers6: bytes
    peer_ids4: bytes | None
    peer_ids6: bytes | None
    record: Record | None
    replaced: tuple[Record, ...]

    @property
    def deltas(self) -> tuple[int, int]:
        """The bytes that are counted."""
        return (self.record.up, self.record.down) if self.record is not None else (0, 0)

    @property
    def refused(self) -> tuple[int, int]:
        """The bytes that came faster than is possible."""
        return (
            (self.record.refused_up, self.record.refused_down)
            if self.record is not None
            else (0, 0)
        )

    @property
    def seed_seconds(self) -> int:
        return self.record.seed_seconds if self.record is not None else 0

    @property
    def snatched(self) -> bool:
        return self.record is not None and bool(self.record.flags & FINISHED)

    @property
    def first_seen(self) -> bool:
        return self.record is not None and bool(self.record.flags & FIRST)


@dataclass
class Site:
    """A store with as many members and torrents as are asked for, and its journal."""

    store: PackedSwarms
    members: dict[int, Member] = field(default_factory=dict)
    torrents: dict[int, KnownTorrent] = field(default_factory=dict)
    journal: list[Record] = field(default_factory=list)

    def member(self, user_id: int) -> Member:
        return self.members.setdefault(user_id, Member(user_id))

    def torrent(self, torrent_id: int) -> KnownTorrent:
        torrent = self.torrents.get(torrent_id)
        if torrent is None:
            torrent = self.torrents[torrent_id] = KnownTorrent(torrent_id)
            torrent.second_hash = SECOND_HASH
        return torrent

    def announce(
        self, torrent_id: int, peer: Peer, now: float, numwant: int, *, peer_ids: bool = False
    ) -> Told:
        """Take an announce in."""
        torrent = self.torrent(torrent_id)
        outcome: Outcome = self.store.announce(
            self.member(peer.user_id), torrent, peer.announce(numwant, peer_ids), now
        )
        records = self._write(outcome.records)
        own = [record for record in records if record.peer_id == peer.peer_id]
        counts = Counts(*self.store.counts(torrent))
        assert (outcome.complete, outcome.incomplete) == counts[:2]
        return Told(
            counts,
            outcome.peers4,
            outcome.peers6,
            outcome.peer_ids4,
            outcome.peer_ids6,
            own[-1] if own else None,
            tuple(record for record in records if record not in own and record.kind == ANNOUNCE),
        )

    def counts(self, torrent_id: int) -> Counts:
        return Counts(*self.store.counts(self.torrent(torrent_id)))

    def known(self, torrent_id: int | None = None) -> list[Record]:
        """The state of all peers, or of those of a torrent, the stopped ones too."""
        torrents = self.torrents.values() if torrent_id is None else [self.torrent(torrent_id)]
        return [record for torrent in torrents for record in _states(torrent)]

    def peers(self, torrent_id: int) -> list[Record]:
        """The state of the active peers of a torrent."""
        return [record for record in self.known(torrent_id) if record.flags & ACTIVE]

    def locations(self, user_id: int, torrent_id: int) -> int:
        """How many active clients the member has on the torrent."""
        return sum(record.user_id == user_id for record in self.peers(torrent_id))

    def reap(self, now: float) -> list[Record]:
        """Drop the silent peers."""
        return [record for rows in self.store.reap(now) for record in self._write(rows)]

    def forget(self, torrent_id: int) -> list[Record]:
        """Drop all peers of a torrent."""
        return self._write(self.store.forget(self.torrent(torrent_id), 0.0))

    def restored(self, records: Iterable[Record]) -> Site:
        """A site of the same rules that was started with these records."""
        other = Site(PackedSwarms(self.store.rules))
        for record in records:
            member, torrent = other.member(record.user_id), other.torrent(record.torrent_id)
            other.store.restore(member, torrent, record)
        return other

    def _write(self, rows: Iterable[bytes]) -> list[Record]:
        records = [Record.unpack(row) for row in rows]
        self.journal += records
        return records


def _states(torrent: KnownTorrent) -> list[Record]:
    swarm: Swarm | None = torrent.swarm
    if swarm is None:
        return []
    complete, incomplete, _ = swarm.counts()
    states = []
    for slot, session in enumerate(swarm.sessions()):
        key = swarm.key(slot)
        endpoint4, endpoint6 = swarm.endpoints(session)
        states.append(
            Record(
                ANNOUNCE,
                session.flags,
                0,
                session.sources,
                torrent.id,
                int.from_bytes(key[:4], "big"),
                key[4:],
                endpoint4 or bytes(6),
                endpoint6 or bytes(18),
                session.key,
                session.uploaded,
                session.downloaded,
                session.left,
                *(0,) * 7,
                complete,
                incomplete,
                session.seen,
                session.joined,
                session.counted_at,
            )
        )
    return states


def is_paused(record: Record) -> bool:
    return bool(record.flags & PAUSED)


@pytest.fixture
def make_store() -> Callable[..., Site]:
    """Make an empty site whose store goes by the rules given as keywords.

    By default, announces are counted however soon they come.
    """

    def make(**rules: Any) -> Site:
        return Site(PackedSwarms(Rules(**{"min_interval": 0} | rules)))

    return make


@pytest.fixture
def store(make_store: Callable[..., Site]) -> Site:
    """An empty site with the usual rules."""
    return make_store()


@pytest.fixture
def peer() -> Callable[..., Peer]:
    """Make the announce of a peer; each ``client`` of a user is another peer id and port."""

    def make(
        user_id: int = 1,
        client: int = 0,
        *,
        uploaded: int = 0,
        downloaded: int = 0,
        left: int = 1000,
        event: str = "",
        family: int = 4,
        both: bool = False,
        port: int | None = None,
        key: bytes = bytes(4),
        info_hash: bytes = FIRST_HASH,
    ) -> Peer:
        port = port if port is not None else 6000 + client
        address4 = f"10.{user_id >> 16 & 255}.{user_id >> 8 & 255}.{user_id & 255}"
        endpoint4 = pack_endpoint(address4, port)
        endpoint6 = pack_endpoint(f"2a00::{user_id:x}", port)
        return Peer(
            user_id=user_id,
            peer_id=b"-XX0001-%06d%06d" % (user_id, client),
            endpoint4=endpoint4 if both or family == 4 else None,
            endpoint6=endpoint6 if both or family == 6 else None,
            family=family,
            uploaded=uploaded,
            downloaded=downloaded,
            left=left,
            event=event,
            key=key,
            info_hash=info_hash,
        )

    return make
