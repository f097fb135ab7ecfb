"""``pulsar tracker`` over an announcer that only answers: ``python fake_process.py INI``."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pulsar.cli import main
from pulsar.cli.application import Application
from tracker.fronts.interfaces import IAnnouncerFactory

_MIGRATED = Application.migrated


class FakeAnnouncer:
    """Prints what it does."""

    def announce(self, passkey: bytes, query: bytes, address: bytes) -> bytes:
        """The query; one with "slow" in it takes half a second."""
        if b"slow" in query:
            print("handling", flush=True)
            time.sleep(0.5)
        return b"d5:query%d:%be" % (len(query), query)

    scrape = announce

    def commit(self) -> None:
        """Say so."""
        print("committed", flush=True)


class Factory:
    """Makes the announcer."""

    @contextmanager
    def announcer(self) -> Iterator[FakeAnnouncer]:
        """An announcer that says when it is closed."""
        yield FakeAnnouncer()
        print("closed", flush=True)


def migrated(application: Application) -> Any:
    """The application's registry, with the fake."""
    registry = _MIGRATED(application)
    registry.registerUtility(Factory(), IAnnouncerFactory)
    return registry


if __name__ == "__main__":
    Application.migrated = migrated  # type: ignore[method-assign]
    main(["-c", sys.argv[1], "tracker"])
