"""Metrics for monitoring, statistics for members."""

from __future__ import annotations

import hmac

from prometheus_client import CONTENT_TYPE_LATEST
from pyramid.response import Response
from pyramid.view import view_config

from ...errors import NotFound
from ...interfaces import IMetrics
from ...permissions import STATISTICS_VIEW
from ...request import Request
from ...security import PUBLIC
from ...serialization import Raw
from ...settings import CoreSettings
from ..resources import MetricsResource, Statistics
from ..statistics import figures

#: The value of ``pulsar.metrics_token`` that gives everyone access.
OPEN = "*"

FIGURES = Raw({"type": "object", "additionalProperties": {"type": "integer"}})


@view_config(
    context=MetricsResource,
    request_method="GET",
    permission=PUBLIC,
    response=Raw({"type": "string"}, "text/plain"),
    errors=(NotFound,),
)
def metrics(context: MetricsResource, request: Request) -> Response:
    """Show the process's metrics to callers with ``Authorization: Bearer`` and the metrics token.

    All other callers get 404, as everyone does if no token is set.
    """
    token: str = CoreSettings.metrics_token.of(request.registry)
    authorization = request.headers.get("Authorization", "")
    expected = f"Bearer {token}"
    if not token or not (
        token == OPEN or hmac.compare_digest(authorization.encode(), expected.encode())
    ):
        raise NotFound
    response = Response(request.find_service(IMetrics).render())
    response.headers["Content-Type"] = CONTENT_TYPE_LATEST
    return response


@view_config(context=Statistics, request_method="GET", permission=STATISTICS_VIEW, response=FIGURES)
def statistics(context: Statistics, request: Request) -> dict[str, int]:
    """Show the site's statistics, counted within the last minute."""
    return figures(request.registry, request.cache)
