"""Measuring the work of the process, for Prometheus."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import Metric
from pyramid.response import Response
from sqlalchemy import Engine, event
from zope.interface import implementer

from ..cors import METHODS
from ..interfaces import IMetrics
from ..registry import Registry
from ..request import Request
from ..settings import CoreSettings
from .collecting import MEASURED, collect

#: Other methods are counted as one; otherwise callers could create any number of metrics.
_METHODS = frozenset(METHODS.split(", "))
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


@implementer(IMetrics)
class Metrics:
    """The metrics of one process; Prometheus adds up those of several processes."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.enabled = bool(CoreSettings.metrics_token.of(registry))
        self._prometheus = CollectorRegistry()
        requests, statements, seconds = MEASURED
        self._requests = Histogram(
            requests.name,
            requests.title,
            requests.labels,
            buckets=_BUCKETS,
            registry=self._prometheus,
        )
        self._statements = Counter(statements.name, statements.title, registry=self._prometheus)
        self._sql_seconds = Counter(seconds.name, seconds.title, registry=self._prometheus)
        self._prometheus.register(self)

    def observe(self, request: Request, response: Response, seconds: float) -> None:
        """Count a request by method, type of resource and status."""
        if not self.enabled:
            return
        context = getattr(request, "context", None)
        resource = type(context).__name__ if context is not None else "none"
        method = request.method if request.method in _METHODS else "other"
        self._requests.labels(method, resource, response.status_int).observe(seconds)

    def observe_engine(self, engine: Any) -> None:
        """Count the statements of the engine."""
        if not self.enabled or not isinstance(engine, Engine):
            return

        def before(connection: Any, *args: Any) -> None:
            connection.info["pulsar_started"] = time.perf_counter()

        def after(connection: Any, *args: Any) -> None:
            self._statements.inc()
            started = connection.info.pop("pulsar_started", None)
            if started is not None:
                self._sql_seconds.inc(time.perf_counter() - started)

        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "after_cursor_execute", after)

    def collect(self) -> Iterator[Metric]:
        """Collect the metrics from other parts of Pulsar when Prometheus asks."""
        return collect(self._registry)

    def render(self) -> bytes:
        """All metrics in Prometheus's text format."""
        return generate_latest(self._prometheus)
