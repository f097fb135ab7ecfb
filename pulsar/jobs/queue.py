"""The queue in Redis from which workers take due jobs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import structlog
from huey import Huey
from huey.api import Task
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import RedisStorage
from redis import ConnectionPool
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from ..interfaces import IJob
from ..logs import describe
from ..registry import Registry
from ..settings import CoreSettings
from .outages import Outages
from .runner import JobRunner

log = structlog.get_logger(__name__)

#: Longest time without a reply from Redis; more than the second that a worker waits for a task.
_TIMEOUT = 5


class JobQueue(Huey):
    """One task per declared job, which runs the job if it is still due and free.

    Every worker puts due jobs into the queue, and the worker that takes a task checks the database
    again. So a job that is queued twice runs only once, and a task that Redis loses is queued
    again.
    """

    def __init__(self, registry: Registry, ini: str | None = None) -> None:
        """``ini`` is the file that is named in log entries about outages."""
        settings = registry.settings
        super().__init__(
            f"{CoreSettings.redis_prefix.read(settings)}jobs:",
            results=False,
            serializer=_Names(),
            storage_class=_Storage,
            connection_pool=ConnectionPool.from_url(
                CoreSettings.redis_url.read(settings),
                socket_timeout=_TIMEOUT,
                socket_connect_timeout=_TIMEOUT,
            ),
        )
        #: Seconds between checks for due jobs.
        self.poll: float = CoreSettings.job_poll.read(settings)
        self.outages = Outages(ini)
        self._runner = JobRunner(registry)
        self._made = {
            job.name: self.task(name=job.name)(_work(registry, job)) for job in self._runner.jobs()
        }

    def read_periodic(self, timestamp: datetime | None) -> list[Task]:
        """Return tasks for the due jobs that are not in the queue yet."""
        try:
            due = [job.name for job in self._runner.due()]
            waiting = {task.name for task in self.pending()} if due else set()
        except (SQLAlchemyError, RedisError) as error:
            if not self.outages.tell(error):
                log.warning("jobs not looked at", error=describe(error))
            return []
        return [self._made[name].s() for name in due if name not in waiting]


def _work(registry: Registry, job: IJob) -> Callable[[], None]:
    def run() -> None:
        # Each run has its own runner: its name is the lock, and a late one must not free another's.
        JobRunner(registry).run(job)

    return run


class _Names(Serializer):
    """Serializes id and name of a task as JSON: jobs take no arguments; pickles can run code."""

    def _serialize(self, data: Message) -> bytes:
        return msgspec.json.encode((data.id, data.name))

    def _deserialize(self, data: bytes) -> Message:
        return Message(*msgspec.json.decode(data, type=tuple[str, str]))


class _Storage(RedisStorage):
    """Stores its keys under the site's prefix."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, clean_name=False, **options)
        self.queue_key = f"{name}queue"
        self.schedule_key = f"{name}schedule"
        self.result_key = f"{name}results"
        self.counter_key = f"{name}counters"
        self.notify_prefix = f"{name}notify:"
