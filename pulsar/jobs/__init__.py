"""Jobs: scheduled work that runs in exactly one process at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyramid.exceptions import ConfigurationError

from ..config import Configurator
from ..interfaces import IBackgroundTask, IJob, IRoot
from ..permissions import JOBS_VIEW
from ..registry import Registry
from ..settings import CoreSettings
from .interfaces import IJobRun
from .job import Job
from .resources import Jobs
from .schedule import Every
from .scheduler import JobsElsewhere, Scheduler
from .serializers import JobRunSerializer
from .watch import failing, overdue

_LONGEST = 64


def includeme(config: Configurator) -> None:
    """Provide the directive, the scheduler and the endpoints."""
    config.add_domain("Jobs")
    config.add_directive("add_job", add_job)
    config.add_permission(JOBS_VIEW, "See jobs and how their runs ended.")
    config.add_resource("jobs", Jobs, parent=IRoot)
    config.add_serializer(JobRunSerializer, IJobRun)
    config.add_background_task("jobs", _background)
    config.add_health_check("jobs", _check)
    config.scan(".views")


def add_job(
    config: Configurator,
    name: str,
    schedule: Every,
    job: Callable[[Any], None] | str,
    *,
    title: str = "",
    seconds: int = 600,
) -> None:
    """Directive: run ``job(registry)`` on the schedule, in one process at a time.

    ``seconds`` is the maximum duration: after that a run is considered dead. Jobs manage their own
    transactions, and must be safe to run again.
    """
    if len(name) > _LONGEST:
        raise ConfigurationError(f"Job name {name!r} is longer than {_LONGEST} characters.")
    work = config.maybe_dotted(job)
    declared = Job(name, schedule, work, title or name.replace("_", " ").capitalize(), seconds)
    item = config.introspectable("pulsar jobs", name, declared.title, "job")
    item["job"] = declared

    def register() -> None:
        config.registry.registerUtility(declared, IJob, name)

    config.action(("pulsar job", name), register, introspectables=(item,))


def _background(registry: Registry) -> IBackgroundTask:
    if CoreSettings.job_runner.of(registry) == "thread":
        return Scheduler(registry, CoreSettings.job_poll.of(registry))
    return JobsElsewhere(registry)


def _check(registry: Registry) -> None:
    failed, late = failing(registry), overdue(registry)
    if failed or late:
        raise RuntimeError(f"failed: {', '.join(failed)}; overdue: {', '.join(late)}")
