"""Only its owner can read the SQLite file, which has hashes, addresses and messages."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pulsar.db.session import make_engine

NAMES = ["site.sqlite", "site.sqlite-shm", "site.sqlite-wal"]


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def modes_while_used(folder: Path) -> dict[str, int]:
    engine = make_engine(f"sqlite:///{folder / NAMES[0]}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE used (x)")
        used = modes(folder)
    engine.dispose()
    return used


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


class TestFile:
    def test_made(self, tmp_path: Path) -> None:
        assert modes_while_used(tmp_path) == dict.fromkeys(NAMES, 0o600)

    def test_of_an_earlier_version(self, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / NAMES[0])) as earlier:
            earlier.execute("PRAGMA journal_mode = WAL")
            earlier.execute("CREATE TABLE t (x)")
            assert modes(tmp_path) == dict.fromkeys(NAMES, 0o644)
            assert modes_while_used(tmp_path) == dict.fromkeys(NAMES, 0o600)
