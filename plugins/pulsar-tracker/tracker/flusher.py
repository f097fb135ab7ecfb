"""The thread that writes credit every few seconds."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from zope.interface import implementer

from pulsar.interfaces import IBackgroundTask
from pulsar.registry import Registry
from pulsar.repeating import Repeating

from .interfaces import ITracker
from .settings import TrackerSettings

log = structlog.get_logger(__name__)

#: Silent peers are removed about once a minute, whatever the flush interval.
_REAP_SECONDS = 60


def try_to_flush(tracker: Any) -> None:
    """Flush; credit that cannot be written is kept by the tracker and tried again the next time."""
    try:
        tracker.flush()
    except SQLAlchemyError as error:
        log.warning("credit not written yet", error=type(error).__name__)
    except Exception:
        # The thread must continue after any error.
        log.exception("flush failed")


class Flusher(Repeating):
    """Flushes credit and removes silent peers until it is stopped."""

    def __init__(self, tracker: Any, interval: float) -> None:
        self._tracker = tracker
        self._interval = interval
        self._waited = 0.0
        super().__init__("tracker flusher", interval, self._flush_and_reap)

    def _flush_and_reap(self) -> None:
        self._waited += self._interval
        if self._waited >= _REAP_SECONDS:
            self._waited = 0.0
            self._tracker.reap()
        try_to_flush(self._tracker)


@implementer(IBackgroundTask)
class TrackerTask:
    """Loads the swarms when the process begins to serve, and then writes credit."""

    def __init__(self, registry: Registry) -> None:
        self._tracker: Any = registry.getUtility(ITracker)
        interval = TrackerSettings.flush_interval.of(registry)
        self._flusher = Flusher(self._tracker, interval) if interval else None

    def start(self) -> None:
        """Load the swarms, and start the flusher unless credit is written with each announce."""
        self._tracker.load()
        if self._flusher is not None:
            self._flusher.start()

    def stop(self) -> None:
        """Stop the flusher; the rest is written when the application closes."""
        if self._flusher is not None:
            self._flusher.stop()

    def check(self) -> None:
        """Raise RuntimeError if the flusher has ended."""
        if self._flusher is not None:
            self._flusher.check()
