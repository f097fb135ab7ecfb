"""The thread that writes credit every few seconds."""

from __future__ import annotations

import threading
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger(__name__)

#: Silent peers are looked for about once a minute, whatever the flush interval.
_REAP_SECONDS = 60


def try_to_flush(tracker: Any) -> None:
    """Flush; what cannot be written is kept by the tracker and tried again the next time."""
    try:
        tracker.flush()
    except SQLAlchemyError as error:
        log.warning("credit not written yet", error=type(error).__name__)
    except Exception:
        # Whatever it is, the thread must go on.
        log.exception("flush failed")


class Flusher:
    """Flushes and reaps until it is stopped."""

    def __init__(self, tracker: Any, interval: float) -> None:
        self._tracker = tracker
        self._interval = interval
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tracker flusher", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; waits for a flush that is under way."""
        self._stopping.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        waited = 0.0
        while not self._stopping.wait(self._interval):
            waited += self._interval
            if waited >= _REAP_SECONDS:
                waited = 0.0
                self._tracker.reap()
            try_to_flush(self._tracker)
