"""What is known elsewhere, collected when Prometheus asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import QueuePool
from sqlalchemy.exc import SQLAlchemyError

from ..interfaces import ICache, IDatabase, IMailer, IMetric
from ..jobs.watch import last_runs, overdue
from ..site.checks import run_checks
from .statistics import figures

log = structlog.get_logger(__name__)


def collect(registry: Any) -> Iterator[Metric]:
    """All that can be told; figures that need the database are left out while it is away."""
    metrics = [metric for _, metric in sorted(registry.getUtilitiesFor(IMetric))]
    parts: list[Callable[[Any], Iterator[Metric]]] = [
        _cache,
        _pool,
        _jobs,
        _mails,
        _checks,
        _statistics,
    ]
    for part in (*parts, *map(_of_plugin, metrics)):
        try:
            found = list(part(registry))
        except SQLAlchemyError as error:
            log.warning("figures left out", error=type(error).__name__)
        else:
            yield from found


def _cache(registry: Any) -> Iterator[Metric]:
    cache = registry.getUtility(ICache)
    lookups = CounterMetricFamily(
        "pulsar_cache_lookups", "Lookups in the cache.", labels=["result"]
    )
    lookups.add_metric(["hit"], cache.hits)
    lookups.add_metric(["miss"], cache.misses)
    yield lookups


def _pool(registry: Any) -> Iterator[Metric]:
    pool = registry.getUtility(IDatabase).engine.engine.pool
    if not isinstance(pool, QueuePool):
        return
    connections = GaugeMetricFamily(
        "pulsar_database_connections", "Connections to the database.", labels=["state"]
    )
    connections.add_metric(["used"], pool.checkedout())
    connections.add_metric(["idle"], pool.checkedin())
    yield connections


def _jobs(registry: Any) -> Iterator[Metric]:
    failed = GaugeMetricFamily(
        "pulsar_job_failed", "Whether the last run of a job failed.", labels=["job"]
    )
    finished = GaugeMetricFamily(
        "pulsar_job_finished_timestamp_seconds",
        "When the last run of a job ended.",
        labels=["job"],
    )
    for run in last_runs(registry):
        failed.add_metric([run.name], float(run.status == "failed"))
        if run.finished is not None:
            finished.add_metric([run.name], run.finished.timestamp())
    yield failed
    yield finished
    late = GaugeMetricFamily("pulsar_jobs_overdue", "Jobs that nobody runs in time.")
    late.add_metric([], len(overdue(registry)))
    yield late


def _mails(registry: Any) -> Iterator[Metric]:
    mailer = registry.getUtility(IMailer)
    mails = CounterMetricFamily("pulsar_mails", "Tries to send mails.", labels=["result"])
    for result, number in mailer.counts.items():
        mails.add_metric([result], number)
    yield mails
    waiting = GaugeMetricFamily("pulsar_mails_waiting", "Mails that no mail server took yet.")
    waiting.add_metric([], mailer.waiting())
    yield waiting


def _checks(registry: Any) -> Iterator[Metric]:
    passed = GaugeMetricFamily(
        "pulsar_check_passed", "Whether a check of /health passed.", labels=["check"]
    )
    for name, is_passed in run_checks(registry).items():
        passed.add_metric([name], is_passed)
    yield passed


def _statistics(registry: Any) -> Iterator[Metric]:
    statistics = GaugeMetricFamily(
        "pulsar_statistic", "Figures of the whole site.", labels=["name"]
    )
    for name, figure in figures(registry).items():
        statistics.add_metric([name], figure)
    yield statistics


def _of_plugin(metric: Any) -> Callable[[Any], Iterator[Metric]]:
    return lambda registry: iter([metric.family(registry)])
