"""Collecting metrics from other parts of Pulsar for Prometheus, and describing all metrics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import structlog
from prometheus_client.core import Metric
from sqlalchemy.exc import SQLAlchemyError

from ..interfaces import IMetric
from ..registry import Registry

log = structlog.get_logger(__name__)


class Description(NamedTuple):
    """A metric as shown in the documentation."""

    name: str
    type: str
    labels: tuple[str, ...]
    title: str


#: Metrics that the process measures itself; the names of a histogram's buckets follow its own.
MEASURED = (
    Description(
        "pulsar_request_seconds",
        "histogram",
        ("method", "resource", "status"),
        "Time to answer requests.",
    ),
    Description("pulsar_sql_statements_total", "counter", (), "SQL statements."),
    Description("pulsar_sql_seconds_total", "counter", (), "Time in SQL statements."),
)


def describe_metrics(registry: Registry) -> list[Description]:
    """All metrics of the core and of plugins, by name."""
    declared = [
        Description(
            f"pulsar_{name}_total" if metric.type == "counter" else f"pulsar_{name}",
            metric.type,
            () if metric.label is None else (metric.label,),
            metric.title,
        )
        for name, metric in registry.getUtilitiesFor(IMetric)
    ]
    return sorted((*MEASURED, *declared))


def collect(registry: Registry) -> Iterator[Metric]:
    """All available metrics; those that need the database are omitted while it is unavailable."""
    for name, metric in sorted(registry.getUtilitiesFor(IMetric)):
        try:
            family = metric.family(registry)
        except SQLAlchemyError as error:
            log.warning("figures left out", metric=name, error=type(error).__name__)
        else:
            yield family
