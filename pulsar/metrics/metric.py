"""Metrics that plugins add to ``/metrics``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from pyramid.exceptions import ConfigurationError
from zope.interface import implementer

from ..config import Configurator
from ..interfaces import IMetric
from ..registry import Registry

_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", re.ASCII)


@implementer(IMetric)
@dataclass(frozen=True, slots=True)
class MetricOfPlugin:
    """A declared metric."""

    name: str
    title: str
    read: Callable[[Any], float | Mapping[str, float]]
    label: str | None = None
    type: Literal["gauge", "counter"] = "gauge"

    def family(self, registry: Registry) -> GaugeMetricFamily | CounterMetricFamily:
        """The current metric, with a value for each value of the label, if there is one."""
        figures = self.read(registry)
        labels = [] if self.label is None else [self.label]
        kind = CounterMetricFamily if self.type == "counter" else GaugeMetricFamily
        metric_family = kind(f"pulsar_{self.name}", self.title, labels=labels)
        if isinstance(figures, Mapping):
            for value, figure in sorted(figures.items()):
                metric_family.add_metric([value], figure)
        else:
            metric_family.add_metric([], figures)
        return metric_family


def require_metric_name(name: str) -> None:
    """Raise ConfigurationError for a text that cannot be part of a metric's name."""
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"Metric name {name!r} must match {_NAME.pattern}.")


def add_metric(
    config: Configurator,
    name: str,
    title: str,
    read: Callable[[Any], float | Mapping[str, float]] | str,
    *,
    label: str | None = None,
    counter: bool = False,
) -> None:
    """Directive: add the gauge ``pulsar_<name>`` to ``/metrics``; ``read(registry)`` returns it.

    With ``counter`` it is the counter ``pulsar_<name>_total``, for values that only increase.

    With ``label`` it returns a mapping of the label's values, of which there must be few, to
    numbers. It is called for every scrape, so it may only read values that are quickly available.
    """
    require_metric_name(name)
    kind: Literal["gauge", "counter"] = "counter" if counter else "gauge"
    metric_of_plugin = MetricOfPlugin(name, title, config.maybe_dotted(read), label, kind)
    item = config.introspectable("pulsar metrics", name, title, kind)

    def register() -> None:
        config.registry.registerUtility(metric_of_plugin, IMetric, name)

    config.action(("pulsar metric", name), register, introspectables=(item,))
