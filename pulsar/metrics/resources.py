"""``/metrics`` and ``/statistics``."""

from __future__ import annotations

from ..traversal import Resource


class MetricsResource(Resource):
    """What Prometheus reads."""


class Statistics(Resource):
    """What members may see of the site as a whole."""
