"""What is appended is read again, in order, by a follower and after the journal was reopened."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from tracker.journal import RECORD, Follower, Journal, JournalError, Record, read_identity
from tracker.journal.layout import GROUP, HEADER_SIZE

from .conftest import packed, read_all, write

Start = Callable[..., Journal]
#: Of a group with one record.
GROUP_SIZE = GROUP.size + RECORD.size


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.journal"))


def open_files(folder: Path) -> int:
    """The number of open files in the folder."""
    gc.collect()
    targets = []
    for name in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):
            targets.append(os.readlink(f"/proc/self/fd/{name}"))
    return sum(target.startswith(f"{folder}/") for target in targets)


class TestGroups:
    def test_fields(self, start: Start, folder: Path) -> None:
        journal = start()
        journal.append(packed(7))
        journal.append(packed(8))
        assert journal.commit() == 1
        (group,) = Follower(folder, 0).read(10)
        assert group.sequence == 1
        assert group.records == [Record.unpack(packed(7)), Record.unpack(packed(8))]

    def test_sequences(self, start: Start) -> None:
        assert write(start(), range(3)) == [1, 2, 3]

    def test_nothing_open(self, start: Start, folder: Path) -> None:
        journal = start()
        assert journal.commit() == 0
        write(journal, range(1))
        assert journal.commit() == 1
        assert read_all(Follower(folder, 0)) == [0]

    def test_other_length(self, start: Start) -> None:
        with pytest.raises(ValueError, match=r"A record has \d+ bytes, not 10"):
            start().append(bytes(10))

    def test_group_larger_than_a_file(self, start: Start, folder: Path) -> None:
        journal = start()
        for number in range(100):
            journal.append(packed(number))
        last = journal.commit()
        groups = Follower(folder, 0).read(1000)
        assert [group.sequence for group in groups] == list(range(1, last + 1))
        assert last > 1
        assert read_all(Follower(folder, 0)) == list(range(100))

    @pytest.mark.parametrize("sync", ["always", 0.0, 0.01, 60.0])
    def test_modes(self, start: Start, folder: Path, sync: Any) -> None:
        journal = start(sync)
        write(journal, range(100))
        assert read_all(Follower(folder, 0)) == list(range(100))
        journal.close()
        assert read_all(Follower(folder, 0)) == list(range(100))


class TestFollower:
    def test_before_the_journal(self, start: Start, folder: Path) -> None:
        follower = Follower(folder, 0)
        assert follower.read(10) == []
        write(start(), range(3))
        assert read_all(follower) == [0, 1, 2]

    def test_after(self, start: Start, folder: Path) -> None:
        sequences = write(start(), range(60))
        for after in (1, 30, 59, 60):
            found = read_all(Follower(folder, sequences[after - 1]))
            assert found == list(range(after, 60))

    def test_limit_is_of_records_and_divides_no_group(self, start: Start, folder: Path) -> None:
        write(start(), range(10), size=3)
        follower = Follower(folder, 0)
        assert [len(follower.read(4)) for _ in range(6)] == [2, 2, 2, 2, 2, 0]

    def test_while_it_is_written(self, start: Start, folder: Path) -> None:
        journal = start()
        follower = Follower(folder, 0)
        for number in range(200):
            write(journal, range(number, number + 1))
            assert read_all(follower) == [number]
            assert follower.read(10) == []

    def test_behind_while_files_are_completed(self, start: Start, folder: Path) -> None:
        journal = start()
        follower = Follower(folder, 0)
        found = []
        for number in range(200):
            write(journal, range(3 * number, 3 * number + 3))
            found += [record.torrent_id for group in follower.read(2) for record in group.records]
        assert found == list(range(400))
        assert read_all(follower) == list(range(400, 600))

    def test_dropped_followers_leave_no_open_files(self, start: Start, folder: Path) -> None:
        journal = start()
        write(journal, range(60))
        journal.close()
        assert read_all(Follower(folder, 0)) == list(range(60))
        assert open_files(folder) == 0

    def test_journal_replaced(self, start: Start, folder: Path) -> None:
        journal = start()
        write(journal, range(60))
        journal.close()
        follower = Follower(folder, 0)
        assert follower.read(1)
        for path in folder.iterdir():
            path.unlink()
        write(start(), range(60))
        with pytest.raises(JournalError, match="was replaced by another one: restart"):
            read_all(follower)


class TestReopening:
    def test_goes_on(self, start: Start, folder: Path) -> None:
        found: list[int] = []
        follower = Follower(folder, 0)
        for number in range(0, 30, 3):
            journal = start()
            sequences = write(journal, range(number, number + 3))
            assert sequences == sorted(set(sequences) - set(found))
            found += sequences
            journal.close()
            assert read_all(follower) == [number, number + 1, number + 2]
        assert read_all(Follower(folder, 0)) == list(range(30))
        assert read_all(Follower(folder, found[10])) == list(range(11, 30))

    def test_sequence(self, start: Start) -> None:
        first = start()
        (sequence,) = write(first, range(1))
        first.close()
        second = start()
        assert second.sequence == sequence
        assert second.commit() == sequence

    def test_identity(self, start: Start, folder: Path) -> None:
        assert read_identity(folder) is None
        first = start()
        first.close()
        assert len(bytes.fromhex(first.identity)) == 16
        assert start().identity == first.identity == read_identity(folder)

    def test_without_announces_takes_no_room(self, start: Start, folder: Path) -> None:
        for _ in range(10):
            start().close()
        assert len(files(folder)) <= 2

    def test_numbers_that_a_power_cut_took_do_not_come_again(
        self, start: Start, folder: Path
    ) -> None:
        journal = start()
        sequences = write(journal, range(20))
        journal.close()
        path = files(folder)[0]
        with path.open("r+b") as file:
            file.seek(HEADER_SIZE + 10 * GROUP_SIZE)
            file.write(bytes(GROUP_SIZE))
        # The database has all 20.
        follower = Follower(folder, sequences[-1])
        again = write(start(), range(100, 103))
        assert again[0] > sequences[-1]
        assert read_all(follower) == [100, 101, 102]
        assert read_all(Follower(folder, 0)) == [*range(10), 100, 101, 102]

    def test_other_file_size(self, start: Start, folder: Path) -> None:
        first = start()
        write(first, range(60))
        first.close()
        second = start(file_size=8192)
        write(second, range(60, 200))
        second.close()
        write(start(), range(200, 210))
        assert read_all(Follower(folder, 0)) == list(range(210))


class TestLock:
    def test_second_writer(self, start: Start, folder: Path) -> None:
        start()
        with pytest.raises(JournalError) as caught:
            start()
        assert str(caught.value) == (
            f"Another process writes the journal in {folder}: stop it, or name another folder in "
            "tracker.journal."
        )

    def test_after_close(self, start: Start) -> None:
        start().close()
        start().close()

    def test_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(JournalError, match=r"cannot be written in .*: let the user of this"):
            Journal(tmp_path / "file" / "journal", 0.01)

    def test_other_version(self, start: Start, folder: Path) -> None:
        start().close()
        path = files(folder)[0]
        header = bytearray(path.read_bytes()[:HEADER_SIZE])
        header[7:8] = b"2"
        header[-4:] = crc32(header[:-4]).to_bytes(4, "little")
        with path.open("r+b") as file:
            file.write(header)
        with pytest.raises(JournalError, match="of another version of Pulsar: start that one"):
            start()
        with pytest.raises(JournalError, match="of another version"):
            Follower(folder, 0).read(1)

    def test_files_are_private(self, start: Start, folder: Path) -> None:
        write(start(), range(1))
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {os.stat(path).st_mode & 0o777 for path in folder.iterdir()} == {0o600}
