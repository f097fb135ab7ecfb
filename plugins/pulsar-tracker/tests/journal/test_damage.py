"""Torn and damaged files: never an error of Python, never a record that was not written."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.journal import RECORD, Follower, Journal, JournalError
from tracker.journal.layout import GROUP, HEADER_SIZE, file_name

from .conftest import packed, read_all, write

FILE_SIZE = 4096
#: Of a group with one record.
GROUP_SIZE = GROUP.size + RECORD.size
PER_FILE = (FILE_SIZE - HEADER_SIZE) // GROUP_SIZE
AMOUNT = 2 * PER_FILE + 10


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal with two complete files and a third one that is half full, one record a group."""
    folder = tmp_path_factory.mktemp("journals") / "original"
    journal = Journal(folder, 60.0, file_size=FILE_SIZE)
    write(journal, range(AMOUNT))
    journal.close()
    return folder


def numbers_read(folder: Path) -> list[int]:
    """The records before the damage."""
    follower = Follower(folder, 0)
    found: list[int] = []
    try:
        while groups := follower.read(1):
            for group in groups:
                found += [record.torrent_id for record in group.records]
                assert [RECORD.pack(*record) for record in group.records] == [packed(found[-1])]
    except JournalError:
        pass
    follower.close()
    return found


def damage(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data[: FILE_SIZE - at])


def first_damaged(number: int, at: int, data: bytes, original: Path) -> int:
    """The number of the first record that the damage reaches, or of the end of its file."""
    before = (original / file_name(number)).read_bytes()
    after = bytearray(before)
    after[at : at + len(data)] = data[: FILE_SIZE - at]
    changed = next((i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b), None)
    if changed is None:
        return AMOUNT
    group = max(0, changed - HEADER_SIZE) // GROUP_SIZE
    return min(AMOUNT, PER_FILE * (number - 1) + min(group, PER_FILE))


class TestDamage:
    @given(
        number=st.integers(1, 3),
        at=st.integers(0, FILE_SIZE - 1),
        data=st.binary(min_size=1, max_size=300),
    )
    @settings(deadline=None, max_examples=150)
    def test_everything_before_it_is_read(
        self, original: Path, number: int, at: int, data: bytes
    ) -> None:
        with TemporaryDirectory() as name:
            folder = Path(shutil.copytree(original, Path(name) / "journal"))
            damage(folder / file_name(number), at, data)
            found = numbers_read(folder)
            assert found == list(range(len(found)))
            assert len(found) >= first_damaged(number, at, data, original)

    @given(
        number=st.integers(1, 3),
        at=st.integers(0, FILE_SIZE - 1),
        data=st.binary(min_size=1, max_size=300),
    )
    @settings(deadline=None, max_examples=60)
    def test_the_journal_goes_on(self, original: Path, number: int, at: int, data: bytes) -> None:
        with TemporaryDirectory() as name:
            folder = Path(shutil.copytree(original, Path(name) / "journal"))
            damage(folder / file_name(number), at, data)
            journal = Journal(folder, 60.0, file_size=FILE_SIZE)
            sequences = write(journal, range(1000, 1003))
            assert sequences[0] > AMOUNT
            # A follower that has everything before goes on with what is new.
            assert read_all(Follower(folder, AMOUNT)) == [1000, 1001, 1002]
            found = numbers_read(folder)
            old = [number for number in found if number < 1000]
            assert old == list(range(len(old)))
            assert found[len(old) :] in ([], [1000, 1001, 1002])
            journal.close()

    @pytest.mark.parametrize("length", [0, 1, GROUP.size, GROUP_SIZE - 1])
    def test_torn_group(self, original: Path, tmp_path: Path, length: int) -> None:
        """A group whose write was interrupted."""
        folder = Path(shutil.copytree(original, tmp_path / "journal"))
        end = HEADER_SIZE + 10 * GROUP_SIZE
        damage(folder / file_name(3), end - GROUP_SIZE + length, bytes(GROUP_SIZE - length))
        follower = Follower(folder, 0)
        assert read_all(follower) == list(range(AMOUNT - 1))
        assert follower.read(1) == []
        journal = Journal(folder, 60.0, file_size=FILE_SIZE)
        assert journal.sequence == AMOUNT - 1
        write(journal, range(1000, 1003))
        journal.close()
        assert read_all(follower) == [1000, 1001, 1002]

    def test_gap_is_told(self, original: Path, tmp_path: Path) -> None:
        folder = Path(shutil.copytree(original, tmp_path / "journal"))
        damage(folder / file_name(1), HEADER_SIZE + 5 * GROUP_SIZE + 20, b"damaged")
        follower = Follower(folder, 0)
        assert len(follower.read(5)) == 5
        with pytest.raises(JournalError) as caught:
            follower.read(5)
        assert str(caught.value) == (
            f"The journal in {folder} lacks groups after 5, up to {PER_FILE}: if the database is "
            "an older copy, or a file is damaged, stop the tracker, move the folder away, and "
            "start with an empty journal."
        )

    @pytest.mark.parametrize("number", [1, 2])
    def test_missing_file(self, original: Path, tmp_path: Path, number: int) -> None:
        folder = Path(shutil.copytree(original, tmp_path / "journal"))
        (folder / file_name(number)).unlink()
        with pytest.raises(JournalError, match="lacks groups after"):
            read_all(Follower(folder, 0))

    @given(data=st.binary(max_size=2 * FILE_SIZE))
    @settings(deadline=None, max_examples=50)
    def test_any_bytes_as_a_file(self, data: bytes) -> None:
        with TemporaryDirectory() as name:
            folder = Path(name)
            (folder / file_name(1)).write_bytes(data)
            assert Follower(folder, 0).read(10) == []
            journal = Journal(folder, 60.0, file_size=FILE_SIZE)
            write(journal, range(3))
            journal.close()
            assert read_all(Follower(folder, 0)) == [0, 1, 2]

    @given(data=st.binary(min_size=GROUP.size, max_size=FILE_SIZE - HEADER_SIZE))
    @settings(deadline=None, max_examples=50)
    def test_any_bytes_as_groups(self, original: Path, data: bytes) -> None:
        with TemporaryDirectory() as name:
            folder = Path(shutil.copytree(original, Path(name) / "journal"))
            (folder / file_name(3)).unlink()
            (folder / file_name(2)).unlink()
            damage(folder / file_name(1), HEADER_SIZE, data)
            found = numbers_read(folder)
            assert found == list(range(len(found)))


class TestFormerUse:
    def test_groups_of_the_former_use_of_a_file_are_not_read(self, tmp_path: Path) -> None:
        """A reused file still has its former groups behind the new ones."""
        journal = Journal(tmp_path, 60.0, file_size=FILE_SIZE)
        follower = Follower(tmp_path, 0)
        for number in range(10 * PER_FILE):
            (last,) = write(journal, range(number, number + 1))
            assert read_all(follower) == [number]
            journal.release(last)
        journal.close()
        numbers = range(10 * PER_FILE)
        left = [
            n
            for path in tmp_path.glob("*.journal")
            for n in numbers
            if packed(n) in path.read_bytes()
        ]
        again = read_all(Follower(tmp_path, last - 1))
        assert again == [numbers[-1]]
        assert len(left) > PER_FILE
