"""Journals in folders of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tracker.journal import RECORD, Follower, Journal, Record


def packed(number: int) -> bytes:
    """A record that can be told from others."""
    ids = (1, 0, 0, 0, number, 2 * number, b"-XX0001-%012d" % number, bytes(6), bytes(18), b"abcd")
    return RECORD.pack(*ids, *[number] * 9, 1, 2, 3, 4.0, 5.0, 6.0)


def read_all(follower: Follower) -> list[int]:
    """The numbers of the records that the follower finds; it ends in what it last read."""
    found: list[Record] = []
    while groups := follower.read(100):
        found += [record for group in groups for record in group.records]
    assert [RECORD.pack(*record) for record in found] == [
        packed(record.torrent_id) for record in found
    ]
    return [record.torrent_id for record in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., Journal]]:
    """``start(sync)``: a journal with small files."""
    started: list[Journal] = []

    def make(sync: Any = 0.01, **options: Any) -> Journal:
        journal = Journal(folder, sync, **{"file_size": 4096, **options})
        started.append(journal)
        return journal

    yield make
    for journal in started:
        with suppress(OSError):
            journal.close()


def write(journal: Journal, numbers: range, size: int = 1) -> list[int]:
    """Commit a group for each number; its sequences."""
    sequences = []
    for number in numbers:
        for _ in range(size):
            journal.append(packed(number))
        sequences.append(journal.commit())
    return sequences
