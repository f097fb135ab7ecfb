"""Each group is written exactly once, whatever ends or breaks meanwhile."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pulsar.interfaces import IDatabase
from torrents.models import Torrent
from tracker.flushing.journals import applied
from tracker.journal import Follower, Journal
from tracker.journal.record import ACTIVE, FINISHED, FIRST, RECORD, Record
from tracker.models import PeerRow, SeedingDay, SnatchRow

from .conftest import START, Ledger, announce, gone


def story(chance: random.Random, users: list[Any], torrents: list[Any]) -> list[Record]:
    """600 records of any peers."""
    records = []
    for number in range(600):
        user, torrent, peer = chance.choice(users), chance.choice(torrents), chance.randrange(3)
        now = START + number
        if chance.random() < 0.1:
            records.append(gone(user, torrent, peer, now=now, complete=number))
            continue
        up, down, seconds = (chance.randrange(1000) for _ in range(3))
        records.append(
            announce(
                user,
                torrent,
                peer,
                flags=ACTIVE | chance.choice((0, FINISHED, FIRST)),
                up=up,
                down=down,
                credit_up=2 * up,
                credit_down=down // 2,
                seed_seconds=seconds,
                complete=number,
                now=now,
            )
        )
    return records


class Truth:
    """What records mean for the database."""

    def __init__(self, records: list[Record]) -> None:
        self.credit: Counter[tuple[int, str]] = Counter()
        self.sums: Counter[tuple[int, int, str]] = Counter()
        self.seconds: Counter[int] = Counter()
        self.sizes: dict[int, int] = {}
        self.snatches: set[tuple[int, int]] = set()
        self.peers: set[tuple[int, int, bytes]] = set()
        for record in records:
            pair = (record.torrent_id, record.user_id)
            self.sizes[record.torrent_id] = record.complete
            if record.kind == 2:
                self.peers.discard((*pair, record.peer_id))
                continue
            self.peers.add((*pair, record.peer_id))
            self.credit[record.user_id, "up"] += record.credit_up
            self.credit[record.user_id, "down"] += record.credit_down
            self.seconds[record.user_id] += record.seed_seconds
            for name, amount in (("up", record.up), ("down", record.down), ("announces", 1)):
                self.sums[*pair, name] += amount
            if record.flags & FINISHED:
                self.snatches.add(pair)

    def check(self, session: Session, users: list[Any]) -> None:
        """Compare with the database."""
        for user in users:
            row = session.get_one(type(user), user.id)
            up, down = self.credit[user.id, "up"], self.credit[user.id, "down"]
            assert (row.uploaded, row.downloaded) == (up, down)
        found: Counter[tuple[int, int, str]] = Counter()
        snatched = set()
        for snatch in session.scalars(select(SnatchRow)).unique():
            pair = (snatch.torrent_id, snatch.user_id)
            found[*pair, "up"] = snatch.uploaded
            found[*pair, "down"] = snatch.downloaded
            found[*pair, "announces"] = snatch.announces
            if snatch.snatched_at is not None:
                snatched.add(pair)
        assert found == self.sums
        assert snatched == self.snatches
        columns = (PeerRow.torrent_id, PeerRow.user_id, PeerRow.peer_id)
        assert {tuple(row) for row in session.execute(select(*columns))} == self.peers
        for torrent_id, size in self.sizes.items():
            torrent = session.get_one(Torrent, torrent_id)
            expected = sum(pair[0] == torrent_id for pair in self.snatches)
            assert (torrent.seeders, torrent.snatches) == (size, expected)
        days = select(SeedingDay.user_id, func.sum(SeedingDay.seed_seconds))
        rows = session.execute(days.group_by(SeedingDay.user_id))
        assert {user_id: int(seconds) for user_id, seconds in rows} == dict(self.seconds)


@pytest.fixture
def users(deck: Any) -> list[Any]:
    """Members."""
    return [deck.site.member() for _ in range(5)]


@pytest.fixture
def torrents(deck: Any) -> list[Any]:
    """Torrents."""
    return [deck.site.torrent() for _ in range(3)]


class TestKilled:
    def test_at_any_moment(
        self, deck: Any, users: list[Any], torrents: list[Any], tmp_path: Path
    ) -> None:
        chance = random.Random(2)
        records = story(chance, users, torrents)
        folder = tmp_path / "journal"
        folder.mkdir()
        journal = Journal(folder, 3600.0)
        for record in records:
            journal.append(RECORD.pack(*record))
            if chance.random() < 0.2:
                journal.commit()
        last = journal.commit()
        journal.close()
        url = deck.site.registry.settings["sqlalchemy.url"]
        script = Path(__file__).with_name("killing.py")
        done = subprocess.run(
            [sys.executable, str(script), url, str(folder)], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        with deck.site.session() as session:
            assert applied(session, journal.identity) == last
            Truth(records).check(session, users)
        assert Follower(folder, last).read(1) == []


class TestTwoFlushers:
    def test_of_one_journal(self, deck: Any, users: list[Any], torrents: list[Any]) -> None:
        records = story(random.Random(3), users, torrents)
        for first in range(0, len(records), 50):
            deck.ledger.commit(*records[first : first + 50])
        self._race([deck.flusher(limit=100) for _ in range(2)])
        with deck.site.session() as session:
            Truth(records).check(session, users)

    def test_of_two_journals(self, deck: Any, users: list[Any], torrents: list[Any]) -> None:
        """Both change the same members, and do not deadlock."""
        records = story(random.Random(4), users, torrents)
        other = Ledger("f" * 32)
        for number, first in enumerate(range(0, len(records), 50)):
            (deck.ledger, other)[number % 2].commit(*records[first : first + 50])
        self._race([deck.flusher(limit=50), deck.flusher(other, limit=50)])
        with deck.site.session() as session:
            truth = Truth(records)
            for user in users:
                row = session.get_one(type(user), user.id)
                assert row.uploaded == truth.credit[user.id, "up"]
            rows = session.execute(select(Torrent.id, Torrent.snatches))
            found = {row.id: row.snatches for row in rows}
            assert found == Counter(pair[0] for pair in truth.snatches)

    def _race(self, flushers: list[Any]) -> None:
        barrier = Barrier(len(flushers))
        errors: list[Exception] = []

        def run(flusher: Any) -> None:
            barrier.wait()
            try:
                while flusher.step():
                    pass
            except Exception as error:
                errors.append(error)

        threads = [Thread(target=run, args=(flusher,)) for flusher in flushers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []


class BrokenCommit:
    """Sessions whose first COMMIT raises, after or before it is done."""

    def __init__(self, database: IDatabase, *, committed: bool) -> None:
        self._database = database
        self._committed = committed
        self.broken = 0

    def __call__(self) -> Session:
        session = self._database.session(True)
        if not self.broken:
            whole = session.commit

            def commit() -> None:
                self.broken += 1
                if self._committed:
                    whole()
                raise DBAPIError("COMMIT", None, Exception("the connection broke"))

            session.commit = commit  # type: ignore[method-assign]
        return session


class TestBroken:
    @pytest.mark.parametrize("committed", [True, False])
    def test_commit(
        self, deck: Any, users: list[Any], torrents: list[Any], committed: bool
    ) -> None:
        reports: list[Any] = []
        sessions = BrokenCommit(deck.database, committed=committed)
        flusher = deck.flusher(sessions=sessions, credited=reports.append)
        deck.ledger.commit(announce(users[0], torrents[0], credit_up=5))
        with pytest.raises(DBAPIError):
            flusher.step()
        assert deck.ledger.released == reports == []
        assert flusher.step() == 1
        assert flusher.step() == 0
        assert deck.site.credit(users[0]) == (5, 0)
        assert deck.ledger.released == [1]
        assert reports == [{users[0].id}]

    def test_statement(self, deck: Any, users: list[Any], torrents: list[Any]) -> None:
        """The table is missing for a while."""
        with deck.site.session() as session:
            session.execute(text("ALTER TABLE tracker_journals RENAME TO elsewhere"))
        deck.ledger.commit(announce(users[0], torrents[0], credit_up=5))
        flusher = deck.flusher()
        for _ in range(2):
            with pytest.raises(DBAPIError):
                flusher.step()
        with deck.site.session() as session:
            session.execute(text("ALTER TABLE elsewhere RENAME TO tracker_journals"))
        deck.ledger.commit(announce(users[0], torrents[0], credit_up=6))
        assert (flusher.step(), flusher.step(), flusher.step()) == (1, 1, 0)
        assert deck.site.credit(users[0]) == (11, 0)


class TestBadRows:
    def test_keep_no_others_from_being_written(
        self, deck: Any, users: list[Any], torrents: list[Any]
    ) -> None:
        """No clock shows such a time, and no column can hold it."""
        bad = announce(users[0], torrents[0], now=1e300, credit_up=1)
        deck.write(
            *(announce(user, torrents[0], credit_up=5) for user in users[:2]),
            bad,
            *(announce(user, torrents[0], credit_up=5) for user in users[2:]),
        )
        assert [deck.site.credit(user) for user in users] == [(5, 0)] * len(users)
        assert deck.sequence() == 1

    def test_alone(self, deck: Any, users: list[Any], torrents: list[Any]) -> None:
        deck.write(announce(users[0], torrents[0], now=float("nan"), seed_seconds=1))
        assert deck.sequence() == 1
        assert deck.site.peers(torrents[0]) == []
