"""The swarms of one process: takes announces in, and says what they add to the accounts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from zope.interface import implementer

from ..interfaces import ISwarmStore
from ..journal.record import (
    ACTIVE,
    FINISHED,
    FIRST,
    GONE,
    NO_ENDPOINT4,
    NO_ENDPOINT6,
    SNATCHED,
    Record,
)
from ..protocol.announce import STOPPED, Announce
from ..protocol.errors import TrackerError
from .families import renewed_endpoints
from .records import announced, ended_record, gone_record
from .session import Former, Rules, Session, advance, first, seed_seconds
from .speed import limited
from .swarm import Swarm, seat_of

if TYPE_CHECKING:
    from ..directory import KnownTorrent, Member

#: Stopped sessions that are remembered of one member and torrent. No client at work has more.
_MAX_STOPPED = 8


class Outcome(NamedTuple):
    """What an announce led to.

    ``records`` are for the journal; they must be there before the answer leaves. The numbers of
    peers, the endpoints and the peer ids are as in `tracker.announcing.answer.Answer`. ``refused``
    are the uploaded and downloaded bytes that came faster than is possible, ``credit`` those that
    the member gets.
    """

    records: tuple[bytes, ...]
    complete: int
    incomplete: int
    peers4: bytes = b""
    peers6: bytes = b""
    peer_ids4: bytes | None = None
    peer_ids6: bytes | None = None
    refused: tuple[int, int] = (0, 0)
    credit: tuple[int, int] = (0, 0)


class Sizes(NamedTuple):
    """The size of all swarms together."""

    swarms: int
    complete: int
    incomplete: int


@implementer(ISwarmStore)
class PackedSwarms:
    """Keeps each swarm at its torrent in the directory. Not safe for threads."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._torrents: dict[int, KnownTorrent] = {}
        self._complete = 0
        self._incomplete = 0

    def announce(
        self, member: Member, torrent: KnownTorrent, announce: Announce, now: float
    ) -> Outcome:
        """Take in an announce. Raises TrackerError if the member has too many clients there."""
        swarm: Swarm | None = torrent.swarm
        user = member.id.to_bytes(4, "big")
        key = user + announce.peer_id
        slot = -1 if swarm is None else swarm.find(key)
        if slot < 0 and announce.event == STOPPED:
            complete, incomplete, _ = swarm.counts() if swarm is not None else (0, 0, 0)
            return Outcome((), complete, incomplete)
        if swarm is None:
            swarm = torrent.swarm = Swarm()
            swarm.quiet_since = now
            self._torrents[torrent.id] = torrent
        before_complete, before_incomplete, _ = swarm.counts()
        family = 4 if len(announce.address) == 4 else 6
        copy = 1 << (2 * (announce.info_hash == torrent.second_hash) + (family == 6))
        others: list[bytes] = []
        if slot < 0:
            others = self._admit(member, torrent, swarm, user, announce, now)
            session = first(announce, copy, now)
            endpoint4, endpoint6 = announce.endpoint4, announce.endpoint6
            _, session = swarm.insert(key, session, endpoint4, endpoint6)
            slots = swarm.slots_of(user)
            if not member.upload_clock:
                member.upload_clock = member.download_clock = now - 1
            flags = FIRST | FINISHED if session.flags & SNATCHED else FIRST
            moved = True
            up = down = refused_up = refused_down = seconds = 0
        else:
            session = swarm.session(slot)
            if not session.flags & ACTIVE and announce.event != STOPPED:
                others = self._admit(member, torrent, swarm, user, announce, now)
                slot = swarm.find(key)
            slots = swarm.slots_of(user)
            former = swarm.former.get(key) if swarm.former is not None else None
            change = advance(session, former, announce, copy, now, self.rules)
            if change.former is not former:
                self._remember(swarm, key, change.former)
            up, down, refused_up, refused_down = change.up, change.down, 0, 0
            if up:
                up, refused_up, member.upload_clock = limited(
                    up, session.counted_at, member.upload_clock, now, self.rules
                )
            if down:
                down, refused_down, member.download_clock = limited(
                    down, session.counted_at, member.download_clock, now, self.rules
                )
            seconds = 0
            if not session.left and not announce.left:
                seconds = self._seed_seconds(swarm, slots, session, announce, now)
            session, endpoint4, endpoint6 = self._settle(
                swarm, slot, session, change.session, announce
            )
            flags, moved = FINISHED if change.finished else 0, change.moved or seconds > 0
        complete, incomplete, _ = swarm.counts()
        self._complete += complete - before_complete
        self._incomplete += incomplete - before_incomplete
        credit_up = up * torrent.upload_rate // 100
        credit_down = down * torrent.download_rate // 100
        records = tuple(others)
        if moved:
            record = announced(
                member.id,
                torrent.id,
                announce,
                session,
                flags,
                (endpoint4, endpoint6),
                (up, down, credit_up, credit_down, refused_up, refused_down),
                seconds,
                (complete, incomplete),
                now,
            )
            records = (*others, record)
        peers4 = peers6 = b""
        ids4 = ids6 = None
        numwant = announce.numwant if session.flags & ACTIVE else 0
        if announce.compact or announce.no_peer_id:
            if numwant > 0:
                peers4, peers6 = swarm.choose(session, slots, family, numwant)
        else:
            peers4, peers6, ids4, ids6 = swarm.choose_with_ids(session, slots, family, numwant)
        return Outcome(
            records,
            complete,
            incomplete,
            peers4,
            peers6,
            ids4,
            ids6,
            (refused_up, refused_down),
            (credit_up, credit_down),
        )

    def counts(self, torrent: KnownTorrent) -> tuple[int, int, int]:
        """Complete and incomplete peers of a torrent, and those of the latter that download."""
        swarm: Swarm | None = torrent.swarm
        return swarm.counts() if swarm is not None else (0, 0, 0)

    def sizes(self) -> Sizes:
        """The size of all swarms together."""
        return Sizes(len(self._torrents), self._complete, self._incomplete)

    def reap(self, now: float) -> Iterator[list[bytes]]:
        """Drop the peers that have been silent for too long, one swarm at a time.

        Yields the records of each swarm that lost peers. Take a lock around each step only.
        """
        horizon = now - self.rules.timeout
        for torrent in list(self._torrents.values()):
            swarm: Swarm | None = torrent.swarm
            if swarm is None or swarm.quiet_since > horizon:
                continue
            silent = [
                slot for slot, session in enumerate(swarm.sessions()) if session.seen <= horizon
            ]
            records = [self._drop(torrent, swarm, slot, now) for slot in reversed(silent)]
            if len(swarm):
                swarm.quiet_since = min(session.seen for session in swarm.sessions())
            if records:
                yield records

    def forget(self, torrent: KnownTorrent, now: float) -> list[bytes]:
        """Drop all peers of a torrent that was deleted; returns their records."""
        swarm: Swarm | None = torrent.swarm
        if swarm is None:
            return []
        return [self._drop(torrent, swarm, slot, now) for slot in reversed(range(len(swarm)))]

    def restore(self, member: Member, torrent: KnownTorrent, record: Record) -> None:
        """Put a peer into the state that a record has, or drop it."""
        swarm: Swarm | None = torrent.swarm
        key = member.id.to_bytes(4, "big") + record.peer_id
        slot = -1 if swarm is None else swarm.find(key)
        if swarm is not None and slot >= 0:
            self._drop(torrent, swarm, slot, record.now)
        if record.kind == GONE:
            return
        swarm = torrent.swarm
        if swarm is None:
            swarm = torrent.swarm = Swarm()
            swarm.quiet_since = record.now
            self._torrents[torrent.id] = torrent
        before_complete, before_incomplete, _ = swarm.counts()
        seeding = record.flags & ACTIVE and not record.left
        session = Session(
            record.uploaded,
            record.downloaded,
            record.left,
            record.now,
            record.counted_at,
            int(record.joined),
            int(record.now) if seeding else 0,
            0,
            0,
            record.flags & ~(FINISHED | FIRST),
            record.sources,
            record.key,
        )
        swarm.insert(
            key,
            session,
            record.endpoint4 if record.endpoint4 != NO_ENDPOINT4 else None,
            record.endpoint6 if record.endpoint6 != NO_ENDPOINT6 else None,
        )
        swarm.quiet_since = min(swarm.quiet_since, record.now)
        complete, incomplete, _ = swarm.counts()
        self._complete += complete - before_complete
        self._incomplete += incomplete - before_incomplete
        # Nobody is credited for more than the time since their oldest announce.
        for clock in ("upload_clock", "download_clock"):
            earliest = getattr(member, clock)
            if not earliest or record.counted_at < earliest:
                setattr(member, clock, record.counted_at)

    def _seed_seconds(
        self,
        swarm: Swarm,
        slots: tuple[int, ...],
        session: Session,
        announce: Announce,
        now: float,
    ) -> int:
        seeded_until = (
            max(swarm.session(slot).seeded_until for slot in slots) if len(slots) > 1 else 0
        )
        return seed_seconds(session, announce, now, self.rules, seeded_until)

    def _settle(
        self, swarm: Swarm, slot: int, session: Session, renewed: Session, announce: Announce
    ) -> tuple[Session, bytes | None, bytes | None]:
        """Store a session after its announce, at another seat or endpoint if these changed.

        Returns it with its endpoints.
        """
        endpoint4, endpoint6 = swarm.endpoints(session)
        new4, new6 = announce.endpoint4, announce.endpoint6
        if (endpoint6 is not None and new6 is None) or (endpoint4 is not None and new4 is None):
            new4, new6, sources = renewed_endpoints(endpoint4, endpoint6, renewed.sources, announce)
            renewed = renewed._replace(sources=sources)
        if new4 == endpoint4 and new6 == endpoint6 and seat_of(renewed) == seat_of(session):
            swarm.put(slot, renewed)
        else:
            swarm.unplace(session)
            renewed = swarm.place(slot, renewed._replace(row4=0, row6=0), new4, new6)
            if not renewed.flags & ACTIVE:
                return renewed, None, None
        return renewed, new4, new6

    def _remember(self, swarm: Swarm, key: bytes, former: Former | None) -> None:
        if former is not None:
            if swarm.former is None:
                swarm.former = {}
            swarm.former[key] = former
        elif swarm.former is not None:
            swarm.former.pop(key, None)
            if not swarm.former:
                swarm.former = None

    def _admit(
        self,
        member: Member,
        torrent: KnownTorrent,
        swarm: Swarm,
        user: bytes,
        announce: Announce,
        now: float,
    ) -> list[bytes]:
        """Make room for a client that comes in; returns the records of those that went.

        A client that crashed and came back with another peer id listens where it did before, or has
        the same key: its old session ends. So do sessions that are overdue, if they are in the way.
        Raises TrackerError if the member has too many other clients there.
        """
        slots = swarm.slots_of(user)
        if not slots:
            return []
        present: list[int] = []
        replaced: list[int] = []
        overdue: list[int] = []
        stopped: list[int] = []
        for slot in slots:
            session = swarm.session(slot)
            if not session.flags & ACTIVE:
                stopped.append(slot)
            elif self._same_client(swarm, session, announce):
                replaced.append(slot)
            elif now - session.seen > self.rules.overdue:
                overdue.append(slot)
            else:
                present.append(slot)
        if len(present) >= self.rules.max_locations:
            raise TrackerError(
                f"You have this torrent in {self.rules.max_locations} clients already.",
                retry_in=self.rules.interval // 60,
                code="locations",
            )
        if len(present) + len(overdue) >= self.rules.max_locations:
            replaced += overdue
        records = [self._end(member, torrent, swarm, slot, now) for slot in replaced]
        if len(stopped) >= _MAX_STOPPED:
            oldest = min(stopped, key=lambda slot: swarm.session(slot).seen)
            records.append(self._drop(torrent, swarm, oldest, now))
        return records

    def _same_client(self, swarm: Swarm, session: Session, announce: Announce) -> bool:
        if any(session.key) and session.key == announce.key:
            return True
        endpoint4, endpoint6 = swarm.endpoints(session)
        return (endpoint4 is not None and endpoint4 == announce.endpoint4) or (
            endpoint6 is not None and endpoint6 == announce.endpoint6
        )

    def _end(
        self, member: Member, torrent: KnownTorrent, swarm: Swarm, slot: int, now: float
    ) -> bytes:
        """End a session as if it had announced ``stopped`` without moving a byte."""
        session = swarm.session(slot)
        swarm.unplace(session)
        ended = swarm.place(
            slot, session._replace(flags=session.flags & ~ACTIVE, row4=0, row6=0), None, None
        )
        complete, incomplete, _ = swarm.counts()
        peer_id = swarm.key(slot)[4:]
        return ended_record(member.id, torrent.id, peer_id, ended, (complete, incomplete), now)

    def _drop(self, torrent: KnownTorrent, swarm: Swarm, slot: int, now: float) -> bytes:
        """Remove a session; returns the record that says so."""
        before_complete, before_incomplete, _ = swarm.counts()
        key = swarm.key(slot)
        swarm.remove(slot)
        complete, incomplete, _ = swarm.counts()
        self._complete += complete - before_complete
        self._incomplete += incomplete - before_incomplete
        if not len(swarm):
            torrent.swarm = None
            self._torrents.pop(torrent.id, None)
        user_id = int.from_bytes(key[:4], "big")
        return gone_record(user_id, torrent.id, key[4:], (complete, incomplete), now)
