"""Disks that are full or broken, clocks that are set, and the memory that it all takes."""

from __future__ import annotations

import errno
import os
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from pulsar.testing.processes import wait_for
from tracker.journal import Follower, Journal
from tracker.journal.ring import Ring

from .conftest import packed, read_all, write

Start = Callable[..., Journal]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again at once."""
    monkeypatch.setattr("tracker.journal.writer._PATIENCE", 0.0)
    monkeypatch.setattr("tracker.journal.ring._PATIENCE", 0.0)


class Disk:
    """Functions of the operating system that fail as long as the test wants it."""

    def __init__(self) -> None:
        self.failing: set[str] = set()
        self.short = False

    def pwrite(self, fd: int, data: bytes, place: int) -> int:
        if self.short:
            data = data[: max(1, len(data) // 2)]
        if "pwrite" in self.failing:
            pwrite(fd, data[: len(data) // 2], place)
            raise OSError(errno.EIO, "Input/output error")
        return pwrite(fd, data, place)

    def fdatasync(self, fd: int) -> None:
        if "fdatasync" in self.failing:
            raise OSError(errno.EIO, "Input/output error")
        fdatasync(fd)

    def fsync(self, fd: int) -> None:
        if "fsync" in self.failing:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(fd)


pwrite, fdatasync, fsync = os.pwrite, os.fdatasync, os.fsync


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """The disk of the journals of the test, which works at first and in the end."""
    disk = Disk()
    for name in ("pwrite", "fdatasync", "fsync"):
        monkeypatch.setattr(os, name, getattr(disk, name))
    yield disk
    disk.failing.clear()


def write_until_full(journal: Journal) -> int:
    number = 0
    while not journal.full():
        journal.append(packed(number))
        journal.commit()
        number += 1
        assert number < 1000
    return number


class TestNoRoom:
    """Files cannot be made: the file system is full."""

    def test_refuses_before_anything_is_lost(self, start: Start, folder: Path, disk: Disk) -> None:
        journal = start("always")
        disk.failing.add("fsync")
        amount = write_until_full(journal)
        assert amount > 10
        assert journal.full()
        assert journal.commit() == amount
        assert read_all(Follower(folder, 0)) == list(range(amount))
        assert not (folder / "new").exists()

    def test_goes_on_when_there_is_room(self, start: Start, folder: Path, disk: Disk) -> None:
        journal = start("always")
        disk.failing.add("fsync")
        amount = write_until_full(journal)
        disk.failing.clear()
        assert not journal.full()
        write(journal, range(amount, 100))
        assert read_all(Follower(folder, 0)) == list(range(100))

    def test_goes_on_when_the_database_has_everything(
        self, start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        journal = start("always")

        def fail(ring: Ring) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        wait_for(lambda: len(list(folder.glob("*.journal"))) == 2, 30, "the next file")
        monkeypatch.setattr(Ring, "_make", fail)
        amount = write_until_full(journal)
        assert journal.full()
        journal.release(journal.sequence)
        assert not journal.full()
        write(journal, range(amount, amount + 5))
        assert read_all(Follower(folder, amount)) == list(range(amount, amount + 5))

    def test_a_group_without_room_stays_open(self, start: Start, folder: Path, disk: Disk) -> None:
        journal = start("always")
        disk.failing.add("fsync")
        amount = write_until_full(journal)
        for number in range(amount, amount + 3):
            journal.append(packed(number))
            with pytest.raises(OSError, match="no room for another file"):
                journal.commit()
        disk.failing.clear()
        assert journal.commit() == amount + 1
        assert read_all(Follower(folder, 0)) == list(range(amount + 3))

    def test_opens_without_room(self, start: Start, folder: Path, disk: Disk) -> None:
        start().close()
        for path in folder.glob("*.journal"):
            path.unlink()
        synced: list[int] = []

        def fail(fd: int) -> None:
            # Folders can be synced on a full file system.
            if not os.path.isdir(f"/proc/self/fd/{fd}"):
                synced.append(fd)
                raise OSError(errno.ENOSPC, "No space left on device")

        disk.fsync = fail  # type: ignore[method-assign]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "fsync", fail)
            journal = start()
            assert journal.full()
        assert synced
        assert not journal.full()
        assert write(journal, range(1)) == [1]


class TestBrokenDisk:
    @pytest.mark.parametrize(("sync", "failing"), [
        ("always", "pwrite"), (0.01, "pwrite"), ("always", "fdatasync"),
    ])  # fmt: skip
    def test_the_group_is_written_by_the_next_commit(
        self, start: Start, folder: Path, disk: Disk, sync: Any, failing: str
    ) -> None:
        journal = start(sync)
        write(journal, range(3))
        disk.failing.add(failing)
        follower = Follower(folder, 0)
        found = read_all(follower)
        for number in (3, 4, 5):
            assert journal.full() == (number > 3)
            journal.append(packed(number))
            with pytest.raises(OSError, match="Input/output error"):
                journal.commit()
            assert journal.sequence == 3
            found += read_all(follower)
        disk.failing.clear()
        assert journal.commit() == 5
        assert not journal.full()
        write(journal, range(6, 8))
        # Also if a group was read before it was on the disk, nothing comes twice.
        assert found + read_all(follower) == list(range(8))

    def test_full_writes_again(self, start: Start, folder: Path, disk: Disk) -> None:
        journal = start()
        disk.failing.add("pwrite")
        journal.append(packed(0))
        with pytest.raises(OSError, match="Input/output error"):
            journal.commit()
        assert journal.full()
        disk.failing.clear()
        assert not journal.full()
        assert read_all(Follower(folder, 0)) == [0]

    def test_patience(
        self, start: Start, folder: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tracker.journal.writer._PATIENCE", 3600.0)
        journal = start()
        disk.failing.add("pwrite")
        journal.append(packed(0))
        with pytest.raises(OSError, match="Input/output error"):
            journal.commit()
        disk.failing.clear()
        assert journal.full()
        journal.commit()
        assert not journal.full()

    def test_sync_by_the_thread(self, start: Start, folder: Path, disk: Disk) -> None:
        journal = start(0.001)
        disk.failing.add("fdatasync")
        write(journal, range(1))
        journal.append(packed(1))

        def refused() -> bool:
            try:
                journal.commit()
            except OSError:
                return True
            journal.append(packed(1))
            return False

        wait_for(refused, 30, "a refused commit", interval=0.01)
        assert journal.full()
        disk.failing.clear()
        wait_for(lambda: not journal.full(), 30, "a commit")
        journal.commit()
        assert set(read_all(Follower(folder, 0))) == {0, 1}

    def test_short_writes(self, start: Start, folder: Path, disk: Disk) -> None:
        journal = start()
        disk.short = True
        write(journal, range(50))
        assert read_all(Follower(folder, 0)) == list(range(50))

    def test_close_without_the_disk(self, start: Start, folder: Path, disk: Disk) -> None:
        journal = start()
        write(journal, range(1))
        disk.failing.add("pwrite")
        journal.append(packed(1))
        with pytest.raises(OSError, match="Input/output error"):
            journal.close()
        disk.failing.clear()
        # The lock is free, and what was acknowledged is there.
        write(start(), range(2, 3))
        assert read_all(Follower(folder, 0)) == [0, 2]


class TestClock:
    def test_steps(self, start: Start, folder: Path) -> None:
        follower = Follower(folder, 0)
        for year in (2026, 1990, 2099, 1970):
            with time_machine.travel(datetime(year, 1, 2, tzinfo=UTC), tick=True):
                journal = start()
                (*_, last) = write(journal, range(60))
                assert read_all(follower) == list(range(60))
                journal.release(last)
                assert not journal.full()
                journal.close()


class TestMemory:
    def test_is_bounded(self, start: Start, folder: Path) -> None:
        journal = start(60.0, file_size=2**20)
        tracemalloc.start()
        try:
            write(journal, range(1000), size=16)
            follower = Follower(folder, 0)
            amount = 0
            while groups := follower.read(100):
                amount += sum(len(group.records) for group in groups)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert amount == 16_000
        assert peak < 2**20
