"""The core's metrics that are read on collection: cache, connections, jobs, mails, checks."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import QueuePool

from ..config import Configurator
from ..interfaces import ICache, IDatabase, IMailer
from ..jobs.watch import last_runs, overdue
from ..registry import Registry
from ..site.checks import run_checks
from .statistics import figures


def includeme(config: Configurator) -> None:
    """Declare these metrics, and the core's counters."""
    config.add_metric(
        "cache_lookups", "Lookups in the cache.", cache_lookups, label="result", counter=True
    )
    config.add_metric(
        "database_connections", "Connections to the database.", connections, label="state"
    )
    config.add_metric(
        "job_failed", "Whether the last run of a job failed.", failed_jobs, label="job"
    )
    config.add_metric(
        "job_finished_timestamp_seconds",
        "When the last run of a job ended.",
        finished_jobs,
        label="job",
    )
    config.add_metric("jobs_overdue", "Jobs that nobody runs in time.", overdue_jobs)
    config.add_metric("mails", "Tries to send mails.", mails, label="result", counter=True)
    config.add_metric("mails_waiting", "Mails that no mail server took yet.", waiting_mails)
    config.add_metric("check_passed", "Whether a check of /health passed.", checks, label="check")
    config.add_metric("statistic", "Figures of the whole site.", figures, label="name")
    config.add_counter(
        "rate_limited_requests",
        "Requests refused by rate limits.",
        label="rule",
        values=("Client", "User", "Unauthenticated"),
    )
    config.add_counter("wrong_credentials", "Keys, feed keys and passkeys that nobody has.")
    config.add_counter("failed_logins", "Wrong passwords and second factors.")


def cache_lookups(registry: Registry) -> Mapping[str, float]:
    """Cache lookups of this process by result."""
    cache = registry.getUtility(ICache)
    return {"hit": cache.hits, "miss": cache.misses}


def connections(registry: Registry) -> Mapping[str, float]:
    """Connections of this process by state; empty if the database has no pool."""
    pool = registry.getUtility(IDatabase).engine.engine.pool
    if not isinstance(pool, QueuePool):
        return {}
    return {"used": pool.checkedout(), "idle": pool.checkedin()}


def failed_jobs(registry: Registry) -> Mapping[str, float]:
    """1 for each job whose last run failed, 0 for other jobs that have run."""
    return {run.name: float(run.status == "failed") for run in last_runs(registry)}


def finished_jobs(registry: Registry) -> Mapping[str, float]:
    """The Unix time at which the last run of each job ended."""
    return {
        run.name: run.finished.timestamp()
        for run in last_runs(registry)
        if run.finished is not None
    }


def overdue_jobs(registry: Registry) -> float:
    """The number of jobs that are so late that nothing seems to run jobs."""
    return len(overdue(registry))


def mails(registry: Registry) -> Mapping[str, float]:
    """Mails of this process by result."""
    counts: Mapping[str, float] = registry.getUtility(IMailer).counts
    return counts


def waiting_mails(registry: Registry) -> float:
    """The number of mails that no mail server has accepted yet."""
    number: int = registry.getUtility(IMailer).waiting()
    return number


def checks(registry: Registry) -> Mapping[str, float]:
    """1 for each check that passed, 0 for each that failed."""
    return {name: float(is_passed) for name, is_passed in run_checks(registry).items()}
