"""One torrent's swarm: who is in it, and whom an announcing peer is told about."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.protocol.addresses import Family
from tracker.swarms.records import Endpoint, Record
from tracker.swarms.types import Counts, Peer

#: Where a record sits: outside, or in the swarm as a peer that gives only or that takes, too.
OUTSIDE, SEEDER, PARTIAL_SEED, LEECHER = range(4)

_WIDTHS: dict[Family, int] = {4: 6, 6: 18}


class Pool:
    """Endpoints of one family that are handed out in turns.

    They lie side by side in the form that a compact answer has, so that choosing many is copying
    a piece. Removing moves the last one to the gap. No operation depends on the size of the pool.
    """

    __slots__ = ("_endpoints", "_next", "_packed", "width")

    def __init__(self, width: int) -> None:
        self.width = width
        self._endpoints: list[Endpoint] = []
        self._packed = bytearray()
        self._next = 0

    def add(self, endpoint: Endpoint) -> None:
        """Put the endpoint at the end."""
        endpoint.pool = self
        endpoint.slot = len(self._endpoints)
        self._endpoints.append(endpoint)
        self._packed += endpoint.packed

    def remove(self, endpoint: Endpoint) -> None:
        """Take the endpoint out."""
        endpoint.pool = None
        last = self._endpoints.pop()
        if last is not endpoint:
            slot = last.slot = endpoint.slot
            self._endpoints[slot] = last
            self._packed[slot * self.width : (slot + 1) * self.width] = last.packed
        del self._packed[-self.width :]

    def take(self, number: int, own: list[Endpoint], with_ids: bool) -> tuple[bytes, bytes]:
        """Up to `wanted` packed endpoints, and their peer ids if asked for.

        Goes on where the last call ended and leaves out `own`, which are in this pool.
        """
        size, width = len(self._endpoints), self.width
        if not size:
            return b"", b""
        start = self._next if self._next < size else 0
        span = min(size, number + len(own))
        chunk = self._packed[start * width : (start + span) * width]
        if start + span > size:
            chunk += self._packed[: (start + span - size) * width]
        skipped = [(endpoint.slot - start) % size for endpoint in own]
        for place in sorted(skipped, reverse=True):
            del chunk[place * width : (place + 1) * width]
        # Nobody loses a turn because the piece was longer than needed.
        surplus = len(chunk) // width - number
        while surplus > 0:
            span -= 1
            if span not in skipped:
                surplus -= 1
        self._next = (start + span) % size
        peer_ids = b""
        if with_ids:
            places = [place for place in range(span) if place not in skipped]
            peer_ids = b"".join(
                [self._endpoints[(start + place) % size].peer_id for place in places]
            )
        return bytes(chunk[: number * width]), peer_ids


class Swarm:
    """The peers of one torrent; not safe for threads, its store locks."""

    __slots__ = ("_givers", "_seats", "_takers", "_totals", "users")

    def __init__(self, totals: list[int] | None = None) -> None:
        """``totals`` are the seats of all swarms together, which are counted along."""
        self._totals = totals if totals is not None else [0, 0, 0, 0]
        self.users: dict[int, list[Record]] = {}
        self._givers: dict[Family, Pool] = {
            family: Pool(width) for family, width in _WIDTHS.items()
        }
        self._takers: dict[Family, Pool] = {
            family: Pool(width) for family, width in _WIDTHS.items()
        }
        self._seats = [0, 0, 0, 0]

    def __iter__(self) -> Iterator[Record]:
        for records in self.users.values():
            yield from records

    def find(self, user_id: int, peer_id: bytes) -> Record | None:
        """The user's record with this peer id."""
        for record in self.users.get(user_id, ()):
            if record.peer_id == peer_id:
                return record
        return None

    def counts(self) -> Counts:
        """How many are in the swarm."""
        _, seeders, partial_seeds, leechers = self._seats
        return Counts(seeders, partial_seeds + leechers, leechers)

    def settle(self, record: Record, peer: Peer, now: float, timeout: int) -> None:
        """Move the record to where it belongs after its announce."""
        endpoints = record.endpoint4, record.endpoint6
        moved = record.renew_endpoints(peer, now, timeout)
        if moved or record.seat != _seat(record):
            self._leave(record, *endpoints)
            self.enter(record)

    def enter(self, record: Record) -> None:
        """Take a record that is outside into the swarm, if it is active."""
        record.seat = _seat(record)
        if record.seat == OUTSIDE:
            return
        self._seats[record.seat] += 1
        self._totals[record.seat] += 1
        pools = self._takers if record.seat == LEECHER else self._givers
        if record.endpoint4 is not None:
            pools[4].add(record.endpoint4)
        if record.endpoint6 is not None:
            pools[6].add(record.endpoint6)

    def leave(self, record: Record) -> None:
        """Take a record out of the swarm."""
        self._leave(record, record.endpoint4, record.endpoint6)

    def choose(
        self, record: Record, family: Family, number: int, with_ids: bool
    ) -> tuple[bytes, bytes, bytes, bytes]:
        """Up to `wanted` endpoints for this peer: IPv4, IPv6, and the peer ids of both if asked.

        Who gives only is told of those who take; the others of givers first. The family that the
        peer announces by comes first, the other one is of use only if the peer is known there.
        """
        first, first_ids = self._choose(record, family, number, with_ids)
        second, second_ids = b"", b""
        other: Family = 6 if family == 4 else 4
        number -= len(first) // _WIDTHS[family]
        if number > 0 and (record.endpoint4 if other == 4 else record.endpoint6) is not None:
            second, second_ids = self._choose(record, other, number, with_ids)
        if family == 4:
            return first, second, first_ids, second_ids
        return second, first, second_ids, first_ids

    def _choose(
        self, record: Record, family: Family, number: int, with_ids: bool
    ) -> tuple[bytes, bytes]:
        chosen, peer_ids = b"", b""
        if record.seat == LEECHER:
            chosen, peer_ids = self._take(self._givers[family], record, number, with_ids)
            number -= len(chosen) // _WIDTHS[family]
        if number > 0:
            more, more_ids = self._take(self._takers[family], record, number, with_ids)
            chosen, peer_ids = chosen + more, peer_ids + more_ids
        return chosen, peer_ids

    def _take(self, pool: Pool, record: Record, number: int, with_ids: bool) -> tuple[bytes, bytes]:
        own = [
            endpoint
            for other in self.users[record.user_id]
            for endpoint in (other.endpoint4, other.endpoint6)
            if endpoint is not None and endpoint.pool is pool
        ]
        return pool.take(number, own, with_ids)

    def _leave(
        self, record: Record, endpoint4: Endpoint | None, endpoint6: Endpoint | None
    ) -> None:
        if record.seat == OUTSIDE:
            return
        self._seats[record.seat] -= 1
        self._totals[record.seat] -= 1
        pools = self._takers if record.seat == LEECHER else self._givers
        if endpoint4 is not None:
            pools[4].remove(endpoint4)
        if endpoint6 is not None:
            pools[6].remove(endpoint6)
        record.seat = OUTSIDE


def _seat(record: Record) -> int:
    if not record.active:
        return OUTSIDE
    if record.left == 0:
        return SEEDER
    return PARTIAL_SEED if record.paused else LEECHER
