"""``/metrics`` and ``/statistics``."""

from __future__ import annotations

from ..traversal import Resource


class MetricsResource(Resource):
    """The metrics for Prometheus."""


class Statistics(Resource):
    """The statistics of the whole site, which members may see."""
