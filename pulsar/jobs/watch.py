"""Monitoring of jobs: which of them failed, and which are overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from ..db import utcnow
from ..interfaces import IDatabase, IJob
from ..registry import Registry
from .models import JobRun, JobState

#: How late a job may be if two of its periods are shorter.
_PATIENCE = timedelta(minutes=10)


def last_runs(registry: Registry) -> Sequence[Any]:
    """The last finished run of every declared job: ``name``, ``status`` and ``finished``."""
    names = [name for name, _ in registry.getUtilitiesFor(IJob)]
    last = (
        select(func.max(JobRun.id))
        .where(JobRun.name.in_(names), JobRun.status != "running")
        .group_by(JobRun.name)
    )
    query = select(JobRun.name, JobRun.status, JobRun.finished).where(JobRun.id.in_(last))
    with registry.getUtility(IDatabase).session() as session:
        return session.execute(query.order_by(JobRun.name)).all()


def failing(registry: Registry) -> list[str]:
    """The declared jobs whose last finished run failed."""
    return [run.name for run in last_runs(registry) if run.status == "failed"]


def overdue(registry: Registry) -> list[str]:
    """The declared jobs that are so late that nothing seems to run jobs."""
    with registry.getUtility(IDatabase).session() as session:
        states = {state.name: state for state in session.scalars(select(JobState))}
    return [
        name
        for name, job in sorted(registry.getUtilitiesFor(IJob))
        if name in states and is_overdue(job, states[name])
    ]


def is_overdue(job: IJob, state: JobState) -> bool:
    """Whether a job is late by more than ten minutes and more than two of its periods."""
    period = job.schedule.after(state.next_run) - state.next_run
    return state.due + max(_PATIENCE, 2 * period) < utcnow()
