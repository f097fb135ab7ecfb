"""What the flusher costs for each changed peer, on PostgreSQL.

50,000 peers of 10,000 members in 1,000 torrents announce again and again, in any order. CPU is
that of this process, and that of the server's process of its connection. ``hot`` is the share of
the updates of each table that touched no index.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import sysconf
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, insert, text

from pulsar.configuration import make_configurator
from pulsar.db import migrations
from pulsar.db.session import Database, make_engine
from pulsar.testing import backends
from pulsar.users.models import User
from torrents.models import Group, Torrent
from tracker.flushing.follow import Flusher
from tracker.journal import Follower, Journal
from tracker.journal.record import ACTIVE, ANNOUNCE, FIRST, RECORD, Record

MEMBERS, TORRENTS, PEERS = 10_000, 1_000, 50_000
#: Peers that a transaction changes, and transactions that are measured.
BATCH, ROUNDS = 10_000, 10
#: Records that the journal gets together.
_GROUP = 16
_TABLES = ("tracker_peers", "tracker_snatches", "tracker_seeding_days", "users", "torrents")
_START = 1_893_456_000.0


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU microseconds for each changed peer, in this process and in PostgreSQL's."""

    python: float
    backend: float
    wall: float
    #: By table: the share of updates that touched no index.
    hot: dict[str, float]

    @property
    def total(self) -> float:
        """Both together."""
        return self.python + self.backend


def measure(url: Any, folder: Path, *, batch: int = BATCH, rounds: int = ROUNDS) -> Cost:
    """Measure in an empty, migrated database; the journal is in the folder."""
    engine = make_engine(url, pool_size=1, max_overflow=0)
    database = Database(engine)
    member_ids, torrent_ids = _fill(engine)
    chance = random.Random(1)
    peers = [
        [chance.choice(torrent_ids), chance.choice(member_ids), b"-PU0100-%012d" % number, 0]
        for number in range(PEERS)
    ]
    journal = Journal(folder, 3600.0)
    try:
        flusher = Flusher(
            lambda: database.session(True),
            journal.identity,
            Follower(folder, 0),
            journal.release,
            limit=batch,
        )
        for now, flags in ((_START, FIRST), (_START + 1800, 0)):
            _announce(journal, peers, now, flags)
            while flusher.step():
                pass
        with engine.connect() as connection:
            backend: int = connection.scalar(text("SELECT pg_backend_pid()"))
        before = _hot(url)
        python = server = wall = 0.0
        for number in range(1, rounds + 1):
            some = chance.sample(peers, batch)
            _announce(journal, some, _START + 1800 * (number + 1), 0)
            began = (time.process_time(), _cpu(backend), time.perf_counter())
            while flusher.step():
                pass
            python += time.process_time() - began[0]
            server += _cpu(backend) - began[1]
            wall += time.perf_counter() - began[2]
        scale = 1_000_000 / (batch * rounds)
        hot = {table: _share(found, before[table]) for table, found in _hot(url).items()}
        return Cost(python * scale, server * scale, wall * scale, hot)
    finally:
        journal.close()
        engine.dispose()


def _fill(engine: Engine) -> tuple[list[int], list[int]]:
    """Members and torrents; their ids."""
    with engine.begin() as connection:
        users = [
            {"username": f"m{number}", "email": f"m{number}@example.org", "passhash": "x" * 90}
            for number in range(MEMBERS)
        ]
        connection.execute(insert(User), users)
        group = connection.scalar(
            insert(Group).returning(Group.id), {"category": "other", "title": "x", "kind": "group"}
        )
        connection.execute(
            insert(Torrent),
            [
                {
                    "kind": "torrent",
                    "group_id": group,
                    "name": f"torrent {number}",
                    "info_hash": number.to_bytes(20),
                    "version": "v1",
                    "size": 2**30,
                    "file_count": 1,
                    "piece_length": 2**18,
                    "private": True,
                }
                for number in range(TORRENTS)
            ],
        )
        connection.execute(text("ANALYZE"))
    with engine.connect() as connection:
        ids = [list(connection.scalars(text(f"SELECT id FROM {t}"))) for t in ("users", "torrents")]
    return ids[0], ids[1]


def _announce(journal: Journal, peers: list[list[Any]], now: float, flags: int) -> None:
    """Write an announce of each peer to the journal."""
    for number, peer in enumerate(peers, 1):
        torrent_id, user_id, peer_id, moved = peer
        peer[3] = moved + 1_000_000
        journal.append(
            RECORD.pack(
                *Record(
                    kind=ANNOUNCE,
                    flags=ACTIVE | flags,
                    event=0,
                    sources=1,
                    torrent_id=torrent_id,
                    user_id=user_id,
                    peer_id=peer_id,
                    endpoint4=b"\x0a\x00\x00\x01\x1a\xe1",
                    endpoint6=bytes(18),
                    key=b"abcd",
                    uploaded=peer[3],
                    downloaded=0,
                    left=0,
                    up=1_000_000,
                    down=0,
                    credit_up=1_000_000,
                    credit_down=0,
                    refused_up=0,
                    refused_down=0,
                    seed_seconds=0 if flags else 1800,
                    complete=40 + (number % 50 == 0),
                    incomplete=10,
                    now=now + number / 1000,
                    joined=_START,
                    counted_at=now + number / 1000,
                )
            )
        )
        if number % _GROUP == 0:
            journal.commit()
    journal.commit()


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")


def _hot(url: Any) -> dict[str, tuple[int, int]]:
    """The updates of each table, and those of them that touched no index."""
    time.sleep(1.5)
    engine = create_engine(url)
    query = text("SELECT relname, n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables")
    with engine.connect() as connection:
        found = {name: (updates, hot) for name, updates, hot in connection.execute(query)}
    engine.dispose()
    return {table: found[table] for table in _TABLES}


def _share(now: tuple[int, int], before: tuple[int, int]) -> float:
    updates = now[0] - before[0]
    return (now[1] - before[1]) / updates if updates else 1.0


@contextmanager
def database() -> Iterator[Any]:
    """The URL of an empty, migrated database on PostgreSQL, which is dropped afterwards."""
    url = backends.production("flushing").url
    backends.create_database(url)
    try:
        config = make_configurator(
            {
                "sqlalchemy.url": url.render_as_string(hide_password=False),
                "pulsar.plugins": "torrents tracker",
                "pulsar.secret": "only a benchmark knows this secret",
            }
        )
        config.commit()
        migrations.upgrade(config.registry)
        yield url
    finally:
        backends.drop_database(url)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="pulsar-bench-") as place, database() as target:
        print(measure(target, Path(place)))
