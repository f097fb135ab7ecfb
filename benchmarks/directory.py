"""The tracker's directory: how long it takes to load, and how much memory it needs.

The torrents and members are written into the tables of a migrated database, which is rolled back
afterwards, and loaded in a process of their own, as the tracker has one.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from random import Random

from sqlalchemy import Engine, text

MEMBERS = 100_000
TORRENTS = 1_000_000
_LOOKUPS = 200_000

_FILL = (
    "INSERT INTO users (username, email, passhash, enabled, locked, user_class_id, invites, "
    "uploaded, downloaded, created) SELECT 'm' || n, '', '', n % 50 > 0, false, "
    "(SELECT min(id) FROM user_classes), 0, 0, 0, now() FROM generate_series(1, :members) AS n",
    "INSERT INTO user_secrets (user_id, kind, nonce, digest, created) SELECT id, 'passkey', '', "
    "encode(sha256(convert_to('passkey:' || md5(username), 'UTF8')), 'hex'), now() FROM users "
    "WHERE username ~ '^m[0-9]+$'",
    "INSERT INTO torrent_groups (kind, category, title, description, created) "
    "VALUES ('group', 'other', 'benchmark', '', now())",
    "INSERT INTO torrents (kind, group_id, name, info_hash, version, size, file_count, "
    "piece_length, private, rehashed, seeders, leechers, snatches, created) "
    "SELECT 'torrent', (SELECT max(id) FROM torrent_groups), 't' || n, "
    "substring(sha256(convert_to(CAST(n AS text), 'UTF8')) FOR 20), "
    "'v1', 1, 1, 16384, true, false, 0, 0, n % 100, now() "
    "FROM generate_series(1, :torrents) AS n",
)


def fill(engine: Engine, members: int = MEMBERS, torrents: int = TORRENTS) -> None:
    """Add so many members and torrents to a migrated PostgreSQL database."""
    with engine.begin() as connection:
        for statement in _FILL:
            connection.execute(text(statement), {"members": members, "torrents": torrents})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def measure(url: str) -> dict[str, float]:
    """Load the directory of a filled database in a new process, and return the figures."""
    command = [sys.executable, "-m", "benchmarks.directory", url]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return figures


def _load(url: str) -> dict[str, float]:
    from sqlalchemy.orm import sessionmaker

    # The models of members refer to those of classes.
    import pulsar.classes.models  # noqa: F401
    from pulsar.db.session import make_engine
    from tracker.directory import Directory

    engine = make_engine(url)
    directory = Directory(sessionmaker(engine))
    gc.collect()
    before, began, cpu = _resident(), time.perf_counter(), time.process_time()
    directory.load()
    figures = {
        "directory_load_s": time.perf_counter() - began,
        "directory_load_cpu_s": time.process_time() - cpu,
        "directory_mib": (_resident() - before) / 2**20,
        "directory_members": float(len(directory.members)),
        "directory_torrents": float(len(directory.torrents)),
    }
    began = time.perf_counter()
    directory.catch_up()
    figures["directory_catch_up_ms"] = (time.perf_counter() - began) * 1000
    hashes = Random(1).sample(sorted(directory.torrents), min(_LOOKUPS, len(directory.torrents)))
    gc.freeze()
    began, address = time.process_time(), bytes(4)
    for info_hash in hashes:
        directory.torrent(info_hash, address)
    figures["directory_torrent_us"] = (time.process_time() - began) / len(hashes) * 1e6
    engine.dispose()
    return figures


def _resident() -> int:
    """The bytes of memory of this process."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    print(json.dumps(_load(sys.argv[1])))
