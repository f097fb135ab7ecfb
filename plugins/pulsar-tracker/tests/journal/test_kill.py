"""A process that is killed loses no group that it acknowledged."""

from __future__ import annotations

import inspect
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import tracker
from tracker.journal import Follower, Journal, JournalError, release

from .conftest import packed, read_all, write

#: Writes groups of one to five records until it is killed, and says what is committed. It loads
#: the journal without the plugin's __init__, which would load the whole site.
WRITER = f"""
import sys, types
from pathlib import Path

folder, sync, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
sys.modules["tracker"] = types.ModuleType("tracker")
sys.modules["tracker"].__path__ = {tracker.__path__!r}
from tracker.journal import RECORD, Journal

{inspect.getsource(packed)}
journal = Journal(folder, sync if sync == "always" else float(sync), file_size=65536)
while True:
    for _ in range(number % 5 + 1):
        journal.append(packed(number))
        number += 1
    print(number, journal.commit(), flush=True)
"""


@pytest.mark.parametrize("sync", ["always", "0", "0.01", "5"])
class TestKill:
    def test_every_acknowledged_record_is_found(
        self, folder: Path, start: Callable[..., Journal], sync: str
    ) -> None:
        found: list[int] = []
        follower = Follower(folder, 0)
        for lines in (1, random.randrange(2, 500), random.randrange(500, 3000)):
            numbers, sequence = killed_after(lines, folder, sync, len(found))
            # The database has a part of it before the process is started again.
            found += read_all(follower)
            assert found == list(range(len(found)))
            assert numbers <= len(found) <= numbers + 5
            assert sequence <= follower.sequence <= sequence + 1
            release(folder, sequence)
        journal = start()
        assert journal.sequence == follower.sequence
        write(journal, range(len(found), len(found) + 10))
        assert read_all(follower) == list(range(len(found), len(found) + 10))


def test_the_journal_is_free_after_a_kill(folder: Path) -> None:
    process = started(folder, "0.01", 0)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(JournalError, match="Another process writes the journal"):
            Journal(folder, 0.01)
    finally:
        process.kill()
        process.communicate()
    Journal(folder, 0.01).close()


def started(folder: Path, sync: str, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), sync, str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def killed_after(lines: int, folder: Path, sync: str, number: int) -> tuple[int, int]:
    """The number of records and the sequence that a process acknowledged before it was killed."""
    with started(folder, sync, number) as process:
        assert process.stdout is not None
        for _ in range(lines):
            last = process.stdout.readline()
        process.kill()
        for line in process.stdout:
            # The last line may be torn too.
            last = line if line.endswith("\n") else last
    records, sequence = map(int, last.split())
    return records, sequence
