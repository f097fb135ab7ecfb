"""Files are used again when they are released, also while followers read them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest

from tracker.journal import Follower, Journal, JournalError, release

from .conftest import read_all, write

Start = Callable[..., Journal]


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.journal"))


class TestRing:
    def test_released_files_are_used_again(self, start: Start, folder: Path) -> None:
        journal = start()
        follower = Follower(folder, 0)
        for number in range(0, 1000, 10):
            (*_, last) = write(journal, range(number, number + 10))
            assert read_all(follower) == list(range(number, number + 10))
            journal.release(last)
        # The one that is written, the one before it and the next one.
        assert len(files(folder)) <= 3

    def test_release_by_another_process(self, start: Start, folder: Path) -> None:
        journal = start()
        follower = Follower(folder, 0)
        for number in range(0, 1000, 10):
            (*_, last) = write(journal, range(number, number + 10))
            assert read_all(follower) == list(range(number, number + 10))
            release(folder, last)
        assert len(files(folder)) <= 3

    def test_release_of_another_journal(self, start: Start, folder: Path) -> None:
        journal = start()
        write(journal, range(10))
        release(folder, 1_000_000)
        journal.close()
        for path in files(folder):
            path.unlink()
        write(start(), range(100))
        assert read_all(Follower(folder, 0)) == list(range(100))

    def test_files_that_are_not_released_stay(self, start: Start, folder: Path) -> None:
        journal = start()
        sequences = write(journal, range(500))
        journal.release(sequences[99])
        journal.close()
        assert read_all(Follower(folder, sequences[99])) == list(range(100, 500))
        journal = start()
        journal.release(sequences[-1])
        write(journal, range(500, 600))
        journal.close()
        assert len(files(folder)) <= 6
        assert read_all(Follower(folder, sequences[-1])) == list(range(500, 600))

    def test_follower_that_is_too_late(self, start: Start, folder: Path) -> None:
        journal = start()
        write(journal, range(1))
        follower = Follower(folder, 0)
        assert len(follower.read(1)) == 1
        for number in range(0, 300, 10):
            (*_, last) = write(journal, range(number, number + 10))
            journal.release(last)
        with pytest.raises(JournalError) as caught:
            read_all(follower)
        assert f"The journal in {folder} lacks groups after" in str(caught.value)
        with pytest.raises(JournalError, match="lacks groups after 5, up to"):
            Follower(folder, 5).read(10)


class TestSeveralAtOnce:
    AMOUNT = 1000

    def test_reuse_while_followers_read(self, start: Start, folder: Path) -> None:
        """One follower releases what it reads; another one that is too slow hears of it."""
        journal = start()
        flusher, slow = Follower(folder, 0), Follower(folder, 0)
        late: list[int] = []

        def flush() -> list[int]:
            found: list[int] = []
            while len(found) < self.AMOUNT and not stop.wait(0.001):
                groups = flusher.read(50)
                found += [record.torrent_id for group in groups for record in group.records]
                if groups:
                    release(folder, groups[-1].sequence)
            return found

        def dawdle() -> None:
            while len(late) < self.AMOUNT and not stop.wait(0.001):
                for group in slow.read(1):
                    late.extend(record.torrent_id for record in group.records)

        stop = Event()
        with ThreadPoolExecutor(2) as pool:
            flushing, dawdling = pool.submit(flush), pool.submit(dawdle)
            try:
                write(journal, range(self.AMOUNT))
                assert flushing.result(60) == list(range(self.AMOUNT))
            finally:
                stop.set()
            with suppress(JournalError):
                dawdling.result(60)
        assert late == list(range(len(late)))
