"""The fronts' metrics in ``/metrics``."""

from __future__ import annotations

from collections.abc import Mapping

from pulsar.config import Configurator
from pulsar.registry import Registry

from .interfaces import IFrontCounts
from .options import FrontCounts


def includeme(config: Configurator) -> None:
    config.add_service(IFrontCounts, FrontCounts())
    config.add_metric(
        "tracker_connections", "Open HTTP connections of pulsar tracker.", connections
    )
    config.add_metric(
        "tracker_http_requests",
        "HTTP requests to pulsar tracker.",
        requests,
        label="kind",
        counter=True,
    )
    config.add_metric(
        "tracker_closed_connections",
        "HTTP connections that pulsar tracker closed because of a limit.",
        closed,
        label="reason",
        counter=True,
    )
    config.add_metric(
        "tracker_packets", "UDP packets to pulsar tracker.", packets, label="kind", counter=True
    )


def connections(registry: Registry) -> float:
    number: int = registry.getUtility(IFrontCounts).connections
    return number


def requests(registry: Registry) -> Mapping[str, float]:
    return dict(registry.getUtility(IFrontCounts).requests)


def closed(registry: Registry) -> Mapping[str, float]:
    return dict(registry.getUtility(IFrontCounts).closed)


def packets(registry: Registry) -> Mapping[str, float]:
    return dict(registry.getUtility(IFrontCounts).packets)
