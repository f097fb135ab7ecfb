"""The queue of due jobs."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pyramid.config import Configurator
from redis import Redis
from sqlalchemy import select

from pulsar.interfaces import IDatabase
from pulsar.jobs.models import JobRun
from pulsar.jobs.queue import JobQueue
from pulsar.jobs.schedule import HOURLY

from .test_concurrency import make_due

pytestmark = pytest.mark.parametrize("backend", ["production"], indirect=True)

calls: list[str] = []


def with_job(config: Configurator) -> None:
    """A plugin with a job."""
    config.add_job("counting", HOURLY, lambda registry: calls.append("counting"))


@pytest.fixture
def site(lab_site: Any) -> Any:
    """A site with a job; all of its jobs are due."""
    calls.clear()
    site = lab_site(with_job, **{"pulsar.job_runner": "queue"})
    make_due(site)
    return site


@pytest.fixture
def queue(site: Any) -> Any:
    """A worker's queue."""
    job_queue = JobQueue(site.registry)
    yield job_queue
    job_queue.storage.close()
    job_queue.storage.pool.disconnect()


@pytest.fixture
def redis(site: Any) -> Any:
    """The storage of the queue in Redis."""
    with Redis.from_url(site.registry.settings["pulsar.redis_url"]) as client:
        yield client


def key(site: Any) -> str:
    """The key of the queue in Redis."""
    return f"{site.registry.settings['pulsar.redis_prefix']}jobs:queue"


def names(tasks: list[Any]) -> list[str]:
    """Return the names of the tasks' jobs."""
    return [task.name for task in tasks]


class TestQueue:
    def test_what_is_due_is_queued_once(self, queue: JobQueue) -> None:
        due = queue.read_periodic(None)
        assert {"counting", "promotion"} <= set(names(due))
        for task in due:
            queue.enqueue(task)
        assert queue.read_periodic(None) == []
        assert names(queue.pending()) == names(due)

    def test_what_is_queued_twice_runs_once(self, queue: JobQueue, site: Any) -> None:
        for _ in range(2):
            queue.enqueue(queue._made["counting"].s())
        for _ in range(2):
            queue.execute(queue.dequeue())
        assert calls == ["counting"]
        with site.registry.getUtility(IDatabase).session() as session:
            runs = session.scalars(select(JobRun).where(JobRun.name == "counting")).all()
        assert [run.status for run in runs] == ["succeeded"]
        assert "counting" not in names(queue.read_periodic(None))

    def test_nothing_is_left_in_redis(self, queue: JobQueue, redis: Redis, site: Any) -> None:
        queue.enqueue(queue._made["counting"].s())
        queue.execute(queue.dequeue())
        assert not list(redis.scan_iter(f"{key(site).removesuffix('queue')}*"))


class TestContent:
    def test_is_json(self, queue: JobQueue, redis: Redis, site: Any) -> None:
        queue.enqueue(queue._made["counting"].s())
        (content,) = redis.lrange(key(site), 0, -1)
        assert json.loads(content)[1].endswith(".counting")

    def test_pickles_are_refused(
        self, queue: JobQueue, redis: Redis, site: Any, tmp_path: Path
    ) -> None:
        victim = tmp_path / "made"

        class Evil:
            def __reduce__(self) -> Any:
                return Path.touch, (victim,)

        redis.lpush(key(site), pickle.dumps(Evil()))
        assert queue.pending() == []
        with pytest.raises(msgspec.DecodeError):
            queue.dequeue()
        assert not victim.exists()


class TestTrouble:
    def test_without_redis_nothing_is_queued(self, site: Any, monkeypatch: Any) -> None:
        monkeypatch.setitem(site.registry.settings, "pulsar.redis_url", "redis://127.0.0.1:1/0")
        assert JobQueue(site.registry).read_periodic(None) == []
