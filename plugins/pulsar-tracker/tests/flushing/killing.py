"""Flushers of one journal that are killed again and again: ``killing.py URL FOLDER``."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import event

from pulsar.classes import models as _classes  # noqa: F401  # the mapper of users needs it
from pulsar.db.session import Database, make_engine
from tracker.flushing.follow import Flusher
from tracker.flushing.journals import applied
from tracker.journal import Follower, read_identity, release

KILLS = 24


def main(url: str, folder: Path) -> None:
    """Kill flushers in the middle of statements and at random times, then let two finish."""
    chance = random.Random(1)
    for number in range(KILLS):
        kill_at = chance.randrange(60) if number % 2 else None
        child = _fork(url, folder, kill_at)
        if kill_at is None:
            time.sleep(chance.random() * 0.1)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    for child in [_fork(url, folder, None) for _ in range(2)]:
        _, status = os.waitpid(child, 0)
        assert status == 0


def _fork(url: str, folder: Path, kill_at: int | None) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _flush(url, folder, kill_at)
            code = 0
        finally:
            os._exit(code)
    return child


def _flush(url: str, folder: Path, kill_at: int | None) -> None:
    """Write what is there; kill this process at a statement, a COMMIT or a release, if told so."""
    engine = make_engine(url)
    happened = 0

    def count(*_: Any, **__: Any) -> None:
        nonlocal happened
        happened += 1
        if kill_at is not None and happened > kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, name, count)

    def released(sequence: int) -> None:
        count()
        release(folder, sequence)

    database = Database(engine)
    identity = read_identity(folder)
    assert identity is not None
    with database.session() as session:
        after = applied(session, identity)
    flusher = Flusher(
        lambda: database.session(True), identity, Follower(folder, after), released, limit=40
    )
    while flusher.step():
        pass


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
