"""The thread that runs due jobs in a serving process."""

from __future__ import annotations

import threading
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from .runner import JobRunner

log = structlog.get_logger(__name__)


class Scheduler:
    """Asks every few seconds whether a job is due, until it is stopped."""

    def __init__(self, registry: Any, seconds: float) -> None:
        self._runner = JobRunner(registry)
        self._seconds = seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a job that is running is waited for, for a while."""
        self._stopping.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            try:
                self._runner.run_due()
            except SQLAlchemyError as error:
                log.warning("jobs without database", error=type(error).__name__)
            except Exception:
                # The thread must outlive whatever goes wrong in one round.
                log.exception("scheduler")
