"""Journals in memory, and flushers that write them to a site's database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from pulsar.interfaces import IDatabase
from tracker.flushing.follow import Flusher
from tracker.journal.record import ACTIVE, ANNOUNCE, GONE, Record
from tracker.models import Journal, SeedingDay

#: 2030-01-01T00:00:00Z.
START = 1_893_456_000.0


class Group(NamedTuple):
    """Records that were committed together."""

    sequence: int
    records: list[Record]


@dataclass
class Ledger:
    """A journal in memory; ``follow`` gives a follower of it."""

    identity: str = "0123456789abcdef0123456789abcdef"
    groups: list[Group] = field(default_factory=list)
    released: list[int] = field(default_factory=list)

    def commit(self, *records: Record) -> None:
        """Add a group."""
        self.groups.append(Group(len(self.groups) + 1, list(records)))

    def follow(self, after: int = 0) -> Follower:
        """A follower from the group after this one."""
        return Follower(self, after)


@dataclass
class Follower:
    """Follows a journal in memory."""

    ledger: Ledger
    after: int

    def read(self, limit: int) -> list[Group]:
        """Groups with so many records or a few more."""
        found: list[Group] = []
        while sum(len(group.records) for group in found) < limit:
            following = self.ledger.groups[self.after : self.after + 1]
            if not following:
                break
            found += following
            self.after += 1
        return found


class Deck:
    """A site, a journal, and records about its members and torrents."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.ledger = Ledger()

    @property
    def database(self) -> IDatabase:
        """The database of the site."""
        found: IDatabase = self.site.registry.getUtility(IDatabase)
        return found

    def flusher(self, ledger: Ledger | None = None, after: int = 0, **options: Any) -> Flusher:
        """A flusher of the journal."""
        ledger = ledger or self.ledger
        return Flusher(
            options.pop("sessions", lambda: self.database.session(True)),
            ledger.identity,
            ledger.follow(after),
            ledger.released.append,
            **options,
        )

    def write(self, *records: Record, **options: Any) -> None:
        """Commit the records as a group, and flush."""
        after = len(self.ledger.groups)
        self.ledger.commit(*records)
        flusher = self.flusher(after=after, **options)
        assert flusher.step() == len(records)
        assert flusher.step() == 0

    def sequence(self, ledger: Ledger | None = None) -> int | None:
        """The number of the last group that is in the database."""
        with self.site.session() as session:
            row = session.get(Journal, (ledger or self.ledger).identity)
            return row and row.sequence

    def days(self, user: Any) -> list[tuple[Any, ...]]:
        """The member's days: date, seconds, hours."""
        with self.site.session() as session:
            rows = session.query(SeedingDay).filter_by(user_id=user.id).order_by(SeedingDay.day)
            return [(row.day.isoformat(), row.seed_seconds, row.hours) for row in rows]


def announce(user: Any, torrent: Any, peer: int = 1, **values: Any) -> Record:
    """A record of an announce; what is not given is 0."""
    return _record(ANNOUNCE, user, torrent, peer, {"flags": ACTIVE, **values})


def gone(user: Any, torrent: Any, peer: int = 1, **values: Any) -> Record:
    """A record of a peer that was dropped."""
    return _record(GONE, user, torrent, peer, values)


def _record(kind: int, user: Any, torrent: Any, peer: int, values: dict[str, Any]) -> Record:
    zeros: dict[str, Any] = dict.fromkeys(Record._fields, 0)
    return Record(
        **zeros
        | {
            "kind": kind,
            "user_id": getattr(user, "id", user),
            "torrent_id": getattr(torrent, "id", torrent),
            "peer_id": b"-XX0001-%012d" % peer,
            "endpoint4": bytes((10, 0, 0, 1, 26, 225)),
            "endpoint6": bytes(18),
            "key": bytes(4),
            "now": START,
            "joined": START,
            "counted_at": START,
        }
        | values
    )


@pytest.fixture
def deck(start: Callable[..., Any]) -> Deck:
    """A site that really commits, and a journal."""
    return Deck(start())
