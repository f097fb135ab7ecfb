"""The process that runs due jobs from the queue."""

from __future__ import annotations

import logging
import signal
from typing import Any

import structlog
from huey.consumer import Consumer, Scheduler

from ..logs import describe
from ..registry import Registry
from .outages import Outages
from .queue import JobQueue

log = structlog.get_logger(__name__)

#: Seconds that a stopping worker waits for its running jobs.
_PATIENCE = 30


def work(registry: Registry, threads: int, ini: str) -> None:
    """Run due jobs, ``threads`` at the same time, until SIGTERM or SIGINT."""
    queue = JobQueue(registry, ini)
    huey = logging.getLogger("huey")
    huey.addHandler(_Told(queue.outages))
    huey.propagate = False
    huey.setLevel(logging.WARNING)
    _Consumer(queue, workers=threads, shutdown_timeout=_PATIENCE).run()
    log.info("worker stopped")


class _Told(logging.Handler):
    """Writes huey's warnings, e.g. that Redis is unavailable, to our log, without a traceback."""

    def __init__(self, outages: Outages) -> None:
        super().__init__()
        self._outages = outages

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if self._outages.tell(error):
            return
        details = {} if error is None else {"error": describe(error)}
        log.log(record.levelno, "queue", message=record.getMessage(), **details)


class _Looking(Scheduler):
    """Checks for due jobs as often as the settings say, not once a minute."""

    def __init__(self, huey: JobQueue, *args: Any, **kwargs: Any) -> None:
        super().__init__(huey, *args, **kwargs)
        self.periodic_task_seconds = huey.poll


class _Consumer(Consumer):
    scheduler_class = _Looking

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Let running jobs finish on both signals. Do not handle SIGHUP: huey would replace the
        # process without stopping its other threads.
        self._signal_actions = dict.fromkeys((signal.SIGTERM, signal.SIGINT), (False, True))

    def start(self) -> None:
        """Start; huey would handle signals only after the first job may have started."""
        self._set_signal_handlers()
        log.info("worker started", threads=self.workers)
        super().start()
