"""Fixtures of jobs that exist during a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.interfaces import IJob
from pulsar.jobs.job import Job
from pulsar.jobs.models import JobRun
from pulsar.jobs.runner import JobRunner
from pulsar.jobs.schedule import MINUTELY, Every


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock frozen at ten past noon."""
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    with time_machine.travel(noon + timedelta(minutes=10), tick=False) as clock:
        yield clock


class Work:
    """The work of a job: counts its calls, and raises the error that it was given."""

    def __init__(self) -> None:
        self.calls = 0
        self.error: BaseException | None = None

    def __call__(self, registry: Any) -> None:
        self.calls += 1
        if self.error is not None:
            raise self.error


@pytest.fixture
def declare(registry: Any) -> Iterator[Callable[..., tuple[Job, Work]]]:
    """``declare("name", HOURLY)``: declare a job until the test ends; return it and its work."""
    declared: list[Any] = []

    def add(name: str, schedule: Every = MINUTELY, seconds: int = 600) -> tuple[Job, Work]:
        work = Work()
        job = Job(name, schedule, work, "An example", seconds)
        registry.registerUtility(job, IJob, name)
        declared.append((job, IJob, name))
        return job, work

    yield add
    for item in declared:
        registry.unregisterUtility(*item)


@pytest.fixture
def runner(registry: Any, db: Session) -> JobRunner:
    """A runner on the test's data."""
    return JobRunner(registry)


@pytest.fixture
def runs(db: Session) -> Callable[[str], list[JobRun]]:
    """``runs(name)``: the recorded runs of a job, oldest first."""

    def read(name: str) -> list[JobRun]:
        db.expire_all()
        return list(db.scalars(select(JobRun).where(JobRun.name == name).order_by(JobRun.id)))

    return read


@pytest.fixture
def ini(tmp_path: Path) -> Callable[[Any], Path]:
    """``ini(site)``: an ini file with which commands use the site, without its plugins."""
    names = (
        "sqlalchemy.url",
        "pulsar.secret",
        "pulsar.cache",
        "pulsar.redis_url",
        "pulsar.redis_prefix",
        "pulsar.job_runner",
        "pulsar.job_poll",
    )

    def write(site: Any) -> Path:
        lines = [f"{name} = {site.registry.settings[name]}" for name in names]
        file = tmp_path / "site.ini"
        file.write_text("\n".join(["[app:main]", "use = egg:pulsar-core", *lines, ""]))
        return file

    return write
