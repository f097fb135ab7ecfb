"""Listing jobs and their runs."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config
from sqlalchemy import select

from ...interfaces import IJob
from ...paging import Page, paginate_after
from ...permissions import JOBS_VIEW
from ...request import Request
from ...serialization import DATETIME, STRING, Listing, Raw, array_of, nullable
from ..inputs import ListRunsInput
from ..interfaces import IJobRun
from ..models import JobRun, JobState
from ..resources import Jobs
from ..schemas import ListRuns
from ..watch import is_overdue

JOBS = Raw(
    array_of(
        {
            "type": "object",
            "properties": {
                "name": STRING,
                "title": STRING,
                "schedule": STRING,
                "next_run": nullable(DATETIME),
                "running": {"type": "boolean"},
                "overdue": {"type": "boolean"},
            },
        }
    )
)


@view_config(context=Jobs, request_method="GET", permission=JOBS_VIEW, response=JOBS)
def list_jobs(context: Jobs, request: Request) -> list[dict[str, Any]]:
    """List the jobs and when each is due."""
    states = {state.name: state for state in request.db.scalars(select(JobState))}
    return [
        {
            "name": name,
            "title": job.title,
            "schedule": str(job.schedule),
            "next_run": states[name].next_run if name in states else None,
            "running": name in states and states[name].holder is not None,
            "overdue": name in states and is_overdue(job, states[name]),
        }
        for name, job in sorted(request.registry.getUtilitiesFor(IJob))
    ]


@view_config(
    context=Jobs,
    name="runs",
    request_method="GET",
    permission=JOBS_VIEW,
    schema=ListRuns,
    response=Listing(IJobRun),
)
def list_runs(context: Jobs, request: Request[ListRunsInput]) -> Page:
    """List runs of jobs, newest first."""
    values = request.validated
    query = select(JobRun)
    for name in ("name", "status"):
        if name in values:
            query = query.where(getattr(JobRun, name) == values[name])
    return paginate_after(request.db, query, JobRun.id, values)
