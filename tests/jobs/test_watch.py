"""Jobs that nothing runs are reported."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pyramid.config import Configurator
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.interfaces import IDatabase
from pulsar.jobs.models import JobState
from pulsar.jobs.runner import JobRunner
from pulsar.jobs.schedule import HOURLY, MINUTELY, Every
from pulsar.jobs.watch import overdue
from pulsar.testing.client import Client


def with_job(config: Configurator) -> None:
    """A plugin with a job."""
    config.add_job("counting", HOURLY, lambda registry: None)


class TestOverdue:
    @pytest.mark.parametrize(
        ("schedule", "due", "patience"),
        [
            (MINUTELY, timedelta(minutes=1), timedelta(minutes=10)),
            (HOURLY, timedelta(minutes=50), timedelta(hours=2)),
            (Every(240), timedelta(minutes=2), timedelta(minutes=10)),
        ],
    )
    def test_late_by_how_much(
        self,
        declare: Any,
        runner: JobRunner,
        registry: Any,
        clock: Any,
        schedule: Every,
        due: timedelta,
        patience: timedelta,
    ) -> None:
        declare("counting", schedule)
        runner.know()
        clock.shift(due + patience)
        assert "counting" not in overdue(registry)
        clock.shift(1)
        assert "counting" in overdue(registry)
        runner.run_due()
        assert "counting" not in overdue(registry)

    def test_not_while_it_runs(
        self, declare: Any, runner: JobRunner, registry: Any, clock: Any, db: Session
    ) -> None:
        job, _ = declare("counting", seconds=7200)
        runner._know(db, job)
        assert runner._take(db, job, True)
        clock.shift(7200)
        assert "counting" not in overdue(registry)
        clock.shift(601)
        assert "counting" in overdue(registry)

    def test_not_what_is_gone(
        self, runner: JobRunner, registry: Any, clock: Any, db: Session
    ) -> None:
        db.add(JobState(name="gone", next_run=utcnow() - timedelta(days=1)))
        db.commit()
        assert "gone" not in overdue(registry)

    def test_health(self, runner: JobRunner, client: Client, clock: Any) -> None:
        assert client.get("/health", status=200).json["response"]["jobs"] == "ok"
        runner.know()
        clock.shift(timedelta(minutes=12))
        assert client.get("/health", status=503).json["checks"]["jobs"] == "failed"
        runner.run_due()
        client.get("/health", status=200)


class TestStart:
    @pytest.mark.parametrize("runner", ["queue", "none"])
    def test_every_job_is_known(self, lab_site: Any, runner: str) -> None:
        """A job becomes overdue even if no worker was ever started."""
        site = lab_site(with_job, **{"pulsar.job_runner": runner})
        with site.registry.getUtility(IDatabase).session() as session:
            names = set(session.scalars(select(JobState.name)))
        assert names >= {"counting", "promotion"}
