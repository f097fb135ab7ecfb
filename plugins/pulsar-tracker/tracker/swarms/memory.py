"""The swarms of one process, in its memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from zope.interface import implementer

from tracker.accounting import Ledger
from tracker.interfaces import ISwarmStore
from tracker.protocol.errors import TrackerError
from tracker.swarms.records import Delta, Record
from tracker.swarms.swarm import Swarm
from tracker.swarms.types import (
    FULL_RATES,
    NO_PEERS,
    Counts,
    Outcome,
    Peer,
    PeerRecord,
    Rates,
    Sizes,
    SwarmRules,
)

# Stopped and silent peers that are remembered of one user and torrent. More is no client at work.
_MAX_GONE = 8
_REAP_AT_ONCE = 500


@implementer(ISwarmStore)
class MemorySwarmStore:
    """Keeps swarms in dictionaries; safe for threads.

    There is one lock. Announces take a few microseconds of pure Python each, so with the
    interpreter's own lock a finer one has nothing to gain.
    """

    def __init__(self, ledger: Ledger | None = None, rules: SwarmRules | None = None) -> None:
        self.ledger = ledger if ledger is not None else Ledger()
        self.rules = rules if rules is not None else SwarmRules()
        self._lock = Lock()
        self._swarms: dict[int, Swarm] = {}
        # Of all swarms together, so that monitoring need not add them up.
        self._seats = [0, 0, 0, 0]
        self._torrents: dict[int, set[int]] = {}
        # By the time of their last announce, so that reaping looks at no peer that stays.
        self._order: OrderedDict[Record, None] = OrderedDict()

    def announce(
        self,
        torrent_id: int,
        peer: Peer,
        now: float,
        numwant: int,
        *,
        rates: Rates = FULL_RATES,
        peer_ids: bool = False,
    ) -> Outcome:
        """Take in an announce."""
        with self._lock:
            swarm = self._swarms.get(torrent_id)
            record = swarm.find(peer.user_id, peer.peer_id) if swarm is not None else None
            if record is None and peer.event == "stopped":
                return Outcome(swarm.counts() if swarm is not None else NO_PEERS)
            replaced: tuple[PeerRecord, ...] = ()
            if swarm is None:
                swarm = self._swarms[torrent_id] = Swarm(self._seats)
            elif peer.event != "stopped":
                replaced = self._admit(swarm, record, peer, now)

            first_seen = record is None
            if record is None:
                record = Record.first(torrent_id, peer, now)
                delta = Delta(snatched=record.snatched)
                self._remember(swarm, record, now)
                swarm.enter(record)
            else:
                records = swarm.users[peer.user_id]
                seeded_until = max(r.seeded_until for r in records) if len(records) > 1 else 0
                delta = record.update(peer, now, self.rules, seeded_until)
                swarm.settle(record, peer, now, self.rules.timeout)
                self._order.move_to_end(record)

            outcome = self._outcome(
                swarm, record, peer, delta, numwant, peer_ids, first_seen, replaced
            )
            # Inside the lock: a counter that moved and its credit must get into the same batch.
            self.ledger.book(outcome, rates, now)
            return outcome

    def sizes(self) -> Sizes:
        """The size of all swarms together."""
        with self._lock:
            _, seeders, partial_seeds, leechers = self._seats
            return Sizes(len(self._swarms), seeders, partial_seeds + leechers)

    def counts(self, torrent_id: int) -> Counts:
        """The size of a swarm."""
        with self._lock:
            swarm = self._swarms.get(torrent_id)
            return swarm.counts() if swarm is not None else NO_PEERS

    def scrape(self, torrent_ids: Iterable[int]) -> dict[int, Counts]:
        """The sizes of several swarms."""
        return {torrent_id: self.counts(torrent_id) for torrent_id in torrent_ids}

    def peers(self, torrent_id: int) -> list[PeerRecord]:
        """The active peers of a torrent."""
        with self._lock:
            swarm = self._swarms.get(torrent_id)
            return [r.export() for r in swarm if r.active] if swarm is not None else []

    def user_peers(self, user_id: int) -> list[PeerRecord]:
        """The active peers of a user."""
        with self._lock:
            return [
                record.export()
                for torrent_id in sorted(self._torrents.get(user_id, ()))
                for record in self._swarms[torrent_id].users[user_id]
                if record.active
            ]

    def locations(self, user_id: int, torrent_id: int, now: float) -> int:
        """How many clients the user has on the torrent."""
        with self._lock:
            swarm = self._swarms.get(torrent_id)
            return len(self._present(swarm, user_id, now)) if swarm is not None else 0

    def reap(self, now: float, timeout: int | None = None) -> list[PeerRecord]:
        """Drop silent peers, some at a time, so that announces get their turn in between."""
        horizon = now - (timeout if timeout is not None else self.rules.timeout)
        dropped: list[PeerRecord] = []
        while self._reap_some(horizon, dropped):
            pass
        return dropped

    def forget(self, torrent_id: int) -> list[PeerRecord]:
        with self._lock:
            swarm = self._swarms.get(torrent_id)
            return [self._forget(record) for record in list(swarm)] if swarm is not None else []

    def restore(self, records: Iterable[PeerRecord]) -> int:
        """Load what a database kept."""
        restored = 0
        with self._lock:
            for state in sorted(records, key=lambda record: record.seen):
                swarm = self._swarms.setdefault(state.torrent_id, Swarm(self._seats))
                if swarm.find(state.user_id, state.peer_id) is None:
                    record = Record(state)
                    self._insert(swarm, record)
                    swarm.enter(record)
                    restored += 1
        return restored

    def snapshot(self) -> list[PeerRecord]:
        """All peers there are."""
        with self._lock:
            return [record.export() for record in self._order]

    def _reap_some(self, horizon: float, dropped: list[PeerRecord]) -> bool:
        with self._lock:
            for _ in range(_REAP_AT_ONCE):
                record = next(iter(self._order), None)
                if record is None or record.seen > horizon:
                    return False
                dropped.append(self._forget(record))
        return True

    def _outcome(
        self,
        swarm: Swarm,
        record: Record,
        peer: Peer,
        delta: Delta,
        numwant: int,
        peer_ids: bool,
        first_seen: bool,
        replaced: tuple[PeerRecord, ...],
    ) -> Outcome:
        peers4 = peers6 = ids4 = ids6 = b""
        if numwant > 0 and record.active:
            peers4, peers6, ids4, ids6 = swarm.choose(record, peer.family, numwant, peer_ids)
        return Outcome(
            swarm.counts(),
            record.export(),
            peers4,
            peers6,
            ids4,
            ids6,
            delta.uploaded,
            delta.downloaded,
            delta.refused_uploaded,
            delta.refused_downloaded,
            delta.seed_seconds,
            delta.snatched,
            first_seen,
            replaced,
        )

    def _present(self, swarm: Swarm, user_id: int, now: float) -> list[Record]:
        horizon = now - self.rules.timeout
        return [r for r in swarm.users.get(user_id, ()) if r.active and r.seen > horizon]

    def _admit(
        self, swarm: Swarm, record: Record | None, peer: Peer, now: float
    ) -> tuple[PeerRecord, ...]:
        """Make room for a peer that comes in; raises TrackerError if the user has too many.

        A client that crashed and came back with another peer id listens where it did before. The
        old peer cannot be there any more, so it does not count, and it goes.
        """
        present = self._present(swarm, peer.user_id, now)
        if not present or record in present:
            return ()
        moved = [other for other in present if other.listens_at(peer)]
        if len(present) - len(moved) >= self.rules.max_locations:
            raise TrackerError(
                f"You have this torrent in {self.rules.max_locations} clients already.",
                retry_in=self.rules.interval // 60,
                code="locations",
            )
        for other in moved:
            swarm.leave(other)
            other.active = False
        return tuple(other.export() for other in moved)

    def _remember(self, swarm: Swarm, record: Record, now: float) -> None:
        present = self._present(swarm, record.user_id, now)
        gone = [r for r in swarm.users.get(record.user_id, ()) if r not in present]
        if len(gone) >= _MAX_GONE:
            self._forget(min(gone, key=lambda r: r.seen))
        self._insert(swarm, record)

    def _insert(self, swarm: Swarm, record: Record) -> None:
        swarm.users.setdefault(record.user_id, []).append(record)
        self._torrents.setdefault(record.user_id, set()).add(record.torrent_id)
        self._order[record] = None

    def _forget(self, record: Record) -> PeerRecord:
        swarm = self._swarms[record.torrent_id]
        swarm.leave(record)
        del self._order[record]
        records = swarm.users[record.user_id]
        records.remove(record)
        if not records:
            del swarm.users[record.user_id]
            torrents = self._torrents[record.user_id]
            torrents.discard(record.torrent_id)
            if not torrents:
                del self._torrents[record.user_id]
            if not swarm.users:
                del self._swarms[record.torrent_id]
        state = record.export()
        self.ledger.drop(state, swarm.counts())
        return state
