"""Metrics for monitoring, and the statistics that members may see."""

from __future__ import annotations

from ..config import Configurator
from ..interfaces import IDatabase, IMetrics, IRoot
from ..permissions import STATISTICS_VIEW
from . import statistics
from .counter import add_counter, count
from .metric import add_metric
from .resources import MetricsResource, Statistics
from .service import Metrics
from .statistics import add_statistic

__all__ = ["count", "includeme"]


def includeme(config: Configurator) -> None:
    """Provide ``/metrics`` and ``/statistics``."""
    config.add_domain("Metrics and statistics")
    config.add_directive("add_statistic", add_statistic)
    config.add_directive("add_metric", add_metric)
    config.add_directive("add_counter", add_counter)
    config.add_service(IMetrics, Metrics(config.registry))
    config.add_permission(STATISTICS_VIEW, "See the site's statistics.", member=True)
    config.add_statistic("users", "Members who are enabled.", statistics.enabled_users)
    config.add_resource("metrics", MetricsResource, parent=IRoot)
    config.add_resource("statistics", Statistics, parent=IRoot)
    # Monitoring has its own token, which is not an API key.
    config.add_rate_limit("Metrics", r"/metrics", None, methods=("GET", "HEAD"))
    config.action(("pulsar", "database metrics"), _observe_database, (config,), order=1000)
    config.add_link("statistics", "/statistics")
    config.include(".core")
    config.scan(".views")


def _observe_database(config: Configurator) -> None:
    registry = config.registry
    registry.getUtility(IMetrics).observe_engine(registry.getUtility(IDatabase).engine)
