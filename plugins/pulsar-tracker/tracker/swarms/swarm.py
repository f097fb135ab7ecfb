"""One torrent's swarm: its sessions side by side in bytes, and whom to tell about whom."""

from __future__ import annotations

from collections.abc import Iterator

from ..journal.record import ACTIVE, PAUSED
from .pool import Pool
from .session import SESSION, Former, Session

#: A session's key: the member's id (4 bytes) and the peer id (20 bytes).
KEY = 24
#: Swarms up to this size are searched, larger ones have dictionaries; measured.
_SEARCHED = 200

#: Where a session sits: outside, or in the swarm as a peer that only gives or that also takes.
OUTSIDE, SEEDER, PARTIAL_SEED, LEECHER = range(4)


class Swarm:
    """The sessions of one torrent, in slots. Not safe for threads."""

    __slots__ = (
        "_by_key",
        "_by_user",
        "_givers4",
        "_givers6",
        "_keys",
        "_sessions",
        "_takers4",
        "_takers6",
        "former",
        "quiet_since",
        "seats",
    )

    def __init__(self) -> None:
        self._keys = bytearray()
        self._sessions = bytearray()
        self._givers4: Pool | None = None
        self._takers4: Pool | None = None
        self._givers6: Pool | None = None
        self._takers6: Pool | None = None
        #: In large swarms, the slot of each key and the slots of each member.
        self._by_key: dict[bytes, int] | None = None
        self._by_user: dict[bytes, tuple[int, ...]] | None = None
        #: Former sessions of peers, by key; None if there are none.
        self.former: dict[bytes, Former] | None = None
        #: A time before which no session was seen last.
        self.quiet_since = 0.0
        self.seats = [0, 0, 0, 0]

    def __len__(self) -> int:
        return len(self._keys) // KEY

    def counts(self) -> tuple[int, int, int]:
        """Complete and incomplete peers, and those of the latter that download (BEP 21)."""
        _, seeders, partial_seeds, leechers = self.seats
        return seeders, partial_seeds + leechers, leechers

    def find(self, key: bytes) -> int:
        """The slot of a key, -1 if there is none."""
        if self._by_key is not None:
            return self._by_key.get(key, -1)
        keys = self._keys
        place = keys.find(key)
        while place > 0 and place % KEY:
            place = keys.find(key, place + 1)
        return place // KEY if place > 0 else place

    def slots_of(self, user: bytes) -> tuple[int, ...]:
        """The slots of a member's sessions; ``user`` are the first four bytes of their keys."""
        if self._by_user is not None:
            return self._by_user.get(user, ())
        keys, slots = self._keys, []
        place = keys.find(user)
        while place >= 0:
            if place % KEY:
                place = keys.find(user, place + 1)
            else:
                slots.append(place // KEY)
                place = keys.find(user, place + KEY)
        return tuple(slots)

    def key(self, slot: int) -> bytes:
        return bytes(self._keys[slot * KEY : (slot + 1) * KEY])

    def session(self, slot: int) -> Session:
        return Session._make(SESSION.unpack_from(self._sessions, slot * SESSION.size))

    def put(self, slot: int, session: Session) -> None:
        """Store a session whose seat and endpoints have not changed."""
        SESSION.pack_into(self._sessions, slot * SESSION.size, *session)

    def sessions(self) -> Iterator[Session]:
        return map(Session._make, SESSION.iter_unpack(self._sessions))

    def endpoints(self, session: Session) -> tuple[bytes | None, bytes | None]:
        """The endpoints of a session over IPv4 and IPv6."""
        giver = seat_of(session) != LEECHER
        endpoint4 = endpoint6 = None
        if session.row4:
            endpoint4 = self._pool4(giver).endpoint(session.row4 - 1)
        if session.row6:
            endpoint6 = self._pool6(giver).endpoint(session.row6 - 1)
        return endpoint4, endpoint6

    def insert(
        self, key: bytes, session: Session, endpoint4: bytes | None, endpoint6: bytes | None
    ) -> tuple[int, Session]:
        """Store a new session; returns its slot, and the session with its rows."""
        slot = len(self)
        self._keys += key
        self._sessions += bytes(SESSION.size)
        if self._by_key is not None and self._by_user is not None:
            self._by_key[key] = slot
            self._by_user[key[:4]] = (*self._by_user.get(key[:4], ()), slot)
        elif slot == _SEARCHED:
            self._index()
        return slot, self.place(slot, session, endpoint4, endpoint6)

    def place(
        self, slot: int, session: Session, endpoint4: bytes | None, endpoint6: bytes | None
    ) -> Session:
        """Seat a session that has no rows, and store it; returns it with its rows."""
        seat = seat_of(session)
        self.seats[seat] += 1
        if seat != OUTSIDE:
            giver = seat != LEECHER
            row4 = self._pool4(giver).add(endpoint4, slot) + 1 if endpoint4 is not None else 0
            row6 = self._pool6(giver).add(endpoint6, slot) + 1 if endpoint6 is not None else 0
            if row4 or row6:
                session = session._replace(row4=row4, row6=row6)
        self.put(slot, session)
        return session

    def unplace(self, session: Session) -> Session:
        """Take a session from its seat and its rows; the caller stores it again."""
        seat = seat_of(session)
        self.seats[seat] -= 1
        giver = seat != LEECHER
        if session.row4:
            moved = self._pool4(giver).remove(session.row4 - 1)
            if moved is not None:
                self.put(moved, self.session(moved)._replace(row4=session.row4))
        if session.row6:
            moved = self._pool6(giver).remove(session.row6 - 1)
            if moved is not None:
                self.put(moved, self.session(moved)._replace(row6=session.row6))
        return session._replace(row4=0, row6=0)

    def remove(self, slot: int) -> None:
        """Remove a session; the last one moves to its slot."""
        key = self.key(slot)
        self.unplace(self.session(slot))
        if self.former is not None:
            self.former.pop(key, None)
        last = len(self) - 1
        if self._by_key is not None:
            del self._by_key[key]
            self._drop_slot(key[:4], slot)
        if slot != last:
            moved_key, moved = self.key(last), self.session(last)
            self._keys[slot * KEY : (slot + 1) * KEY] = moved_key
            self.put(slot, moved)
            giver = seat_of(moved) != LEECHER
            if moved.row4:
                self._pool4(giver).slots[moved.row4 - 1] = slot
            if moved.row6:
                self._pool6(giver).slots[moved.row6 - 1] = slot
            if self._by_key is not None and self._by_user is not None:
                self._by_key[moved_key] = slot
                self._drop_slot(moved_key[:4], last)
                user = moved_key[:4]
                self._by_user[user] = (*self._by_user.get(user, ()), slot)
        del self._keys[last * KEY :]
        del self._sessions[last * SESSION.size :]

    def choose(
        self, session: Session, slots: tuple[int, ...], family: int, number: int
    ) -> tuple[bytes, bytes]:
        """Up to ``number`` endpoints for a peer, over IPv4 and over IPv6.

        Peers that only give are told about those that take, and the others about givers first.
        Endpoints of the family of the announce come first; the other family is useful only to
        peers that are known there. The clients of the same member, in ``slots``, are left out.
        """
        if family == 4:
            peers4 = self._choose(session, slots, 4, number)
            number -= len(peers4) // 6
            return peers4, self._choose(session, slots, 6, number) if session.row6 else b""
        peers6 = self._choose(session, slots, 6, number)
        number -= len(peers6) // 18
        return self._choose(session, slots, 4, number) if session.row4 else b"", peers6

    def choose_with_ids(
        self, session: Session, slots: tuple[int, ...], family: int, number: int
    ) -> tuple[bytes, bytes, bytes, bytes]:
        """Like `choose`, with the peer ids of the endpoints: 20 bytes for each."""
        chosen = {4: b"", 6: b""}
        ids = {4: b"", 6: b""}
        both = session.row6 if family == 4 else session.row4
        for version in (family, 10 - family) if both else (family,):
            for giver in (True, False) if seat_of(session) == LEECHER else (False,):
                pool = self._pool(version, giver)
                if pool is None:
                    continue
                rows = pool.take_rows(number, self._own_rows(slots, version, giver))
                number -= len(rows)
                chosen[version] += b"".join([pool.endpoint(row) for row in rows])
                ids[version] += b"".join([self.key(pool.slots[row])[4:] for row in rows])
        return chosen[4], chosen[6], ids[4], ids[6]

    def _choose(self, session: Session, slots: tuple[int, ...], version: int, number: int) -> bytes:
        if number <= 0:
            return b""
        seat = seat_of(session)
        takers = self._takers4 if version == 4 else self._takers6
        if seat == LEECHER:
            givers = self._givers4 if version == 4 else self._givers6
            chosen = b""
            if givers is not None:
                if len(slots) == 1:
                    chosen = givers.take(number)
                else:
                    chosen = givers.take_others(number, self._own_rows(slots, version, True))
                number -= len(chosen) // givers.width
            if number and takers is not None:
                chosen += takers.take_others(number, self._own_rows(slots, version, False))
            return chosen
        if takers is None:
            return b""
        if len(slots) == 1:
            return takers.take(number)
        return takers.take_others(number, self._own_rows(slots, version, False))

    def _own_rows(self, slots: tuple[int, ...], version: int, giver: bool) -> list[int]:
        """The rows of a member's sessions in one pool."""
        rows = []
        for slot in slots:
            session = self.session(slot)
            row = session.row4 if version == 4 else session.row6
            if row and (seat_of(session) != LEECHER) == giver:
                rows.append(row - 1)
        return rows

    def _pool(self, version: int, giver: bool) -> Pool | None:
        if version == 4:
            return self._givers4 if giver else self._takers4
        return self._givers6 if giver else self._takers6

    def _pool4(self, giver: bool) -> Pool:
        if giver:
            if self._givers4 is None:
                self._givers4 = Pool(6)
            return self._givers4
        if self._takers4 is None:
            self._takers4 = Pool(6)
        return self._takers4

    def _pool6(self, giver: bool) -> Pool:
        if giver:
            if self._givers6 is None:
                self._givers6 = Pool(18)
            return self._givers6
        if self._takers6 is None:
            self._takers6 = Pool(18)
        return self._takers6

    def _index(self) -> None:
        self._by_key = {self.key(slot): slot for slot in range(len(self))}
        self._by_user = {}
        for key, slot in self._by_key.items():
            self._by_user[key[:4]] = (*self._by_user.get(key[:4], ()), slot)

    def _drop_slot(self, user: bytes, slot: int) -> None:
        if self._by_user is None:
            return
        slots = tuple(other for other in self._by_user[user] if other != slot)
        if slots:
            self._by_user[user] = slots
        else:
            del self._by_user[user]


def seat_of(session: Session) -> int:
    """Where a session sits, by its state."""
    if not session.flags & ACTIVE:
        return OUTSIDE
    if session.left == 0:
        return SEEDER
    return PARTIAL_SEED if session.flags & PAUSED else LEECHER
