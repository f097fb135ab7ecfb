"""Counters of events in the process: ``config.add_counter``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

from prometheus_client.core import CounterMetricFamily
from pyramid.exceptions import ConfigurationError
from zope.interface import implementer
from zope.interface.interface import InterfaceClass

from ..config import Configurator
from ..interfaces import ICounter, IMetric
from ..registry import Registry
from .metric import require_metric_name


@implementer(ICounter, IMetric)
class CounterOfProcess:
    """Counts since the process started; thread-safe."""

    type = "counter"

    def __init__(self, name: str, title: str, label: str | None, values: Iterable[str]) -> None:
        self.name = name
        self.title = title
        self.label = label
        self._lock = Lock()
        # Prometheus sees the first increase only of values that were 0 before.
        self._counts: Counter[str] = Counter(dict.fromkeys([""] if label is None else values, 0))

    def count(self, value: str = "", amount: float = 1) -> None:
        """Add the amount to the label's value."""
        with self._lock:
            self._counts[value] += amount  # type: ignore[assignment]

    def read(self, registry: Registry) -> Mapping[str, float]:
        """The amounts by value of the label."""
        with self._lock:
            return dict(self._counts)

    def family(self, registry: Registry) -> CounterMetricFamily:
        """The counter as it is now."""
        labels = [] if self.label is None else [self.label]
        family = CounterMetricFamily(f"pulsar_{self.name}", self.title, labels=labels)
        for value, amount in sorted(self.read(registry).items()):
            family.add_metric([value] if labels else [], amount)
        return family


def add_counter(
    config: Configurator,
    name: str,
    title: str,
    *,
    label: str | None = None,
    values: Iterable[str] = (),
    events: Mapping[str, InterfaceClass] | None = None,
) -> None:
    """Directive: add the counter ``pulsar_<name>_total`` to ``/metrics``.

    ``pulsar.metrics.count(registry, name, value)`` increases it. ``label`` must have few values;
    those in ``values`` are shown from the start. ``events`` are counted without more code, when the
    transaction of the event's request has been committed: a mapping of interfaces to values of the
    label.
    """
    require_metric_name(name)
    if events and label is None:
        raise ConfigurationError(f"Metric {name!r} counts events and needs a label.")
    counter = CounterOfProcess(name, title, label, [*values, *(events or ())])
    item = config.introspectable("pulsar metrics", name, title, "counter")

    def register() -> None:
        config.registry.registerUtility(counter, ICounter, name)
        config.registry.registerUtility(counter, IMetric, name)

    config.action(("pulsar metric", name), register, introspectables=(item,))
    for value, interface in (events or {}).items():
        config.add_subscriber(_count_after_commit(counter, value), interface)


def count(registry: Registry, name: str, value: str = "", amount: float = 1) -> None:
    """Increase a counter that was declared with ``config.add_counter``."""
    registry.getUtility(ICounter, name).count(value, amount)


def _count_after_commit(counter: CounterOfProcess, value: str) -> Any:
    def after_commit(is_committed: bool) -> None:
        if is_committed:
            counter.count(value)

    def count_event(event: Any) -> None:
        event.request.tm.get().addAfterCommitHook(after_commit)

    return count_event
