"""A thread that repeats the same work every few seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError
from zope.interface import implementer

from .interfaces import IBackgroundTask

log = structlog.get_logger(__name__)

#: How many seconds to wait for a thread to end.
_PATIENCE = 30


@implementer(IBackgroundTask)
class Repeating:
    """Calls ``work()`` at a fixed interval until it is stopped, whatever exceptions it raises."""

    def __init__(self, name: str, seconds: float, work: Callable[[], None]) -> None:
        self._name = name
        self._seconds = seconds
        self._work = work
        self._stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """End the thread, and wait for work in progress up to a time limit."""
        self._stopping.set()
        self.thread.join(_PATIENCE)

    def check(self) -> None:
        """Raise RuntimeError if the thread has ended."""
        if not self.thread.is_alive():
            raise RuntimeError(f"the thread of {self._name} has ended")

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            try:
                self._work()
            except SQLAlchemyError as error:
                log.warning("no database", thread=self._name, error=type(error).__name__)
            except Exception:
                # The thread must survive any exception of one round.
                log.exception("round failed", thread=self._name)
