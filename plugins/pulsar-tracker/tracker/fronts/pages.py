"""``/health`` and ``/metrics`` of the process, with the rules of the site's."""

from __future__ import annotations

import orjson
from prometheus_client import CONTENT_TYPE_LATEST

from pulsar.interfaces import IMetrics
from pulsar.registry import Registry
from pulsar.site.checks import run_checks

from .status import Page, Pages


def make_pages(registry: Registry) -> Pages:
    """The function that makes the pages."""

    def page(path: str, authorization: str) -> Page | None:
        if path == "/health":
            return _health(registry)
        if path == "/metrics":
            return _metrics(registry, authorization)
        return None

    return page


def _health(registry: Registry) -> Page:
    passed = run_checks(registry)
    states = {name: "ok" if is_passed else "failed" for name, is_passed in passed.items()}
    failed = [name for name, is_passed in passed.items() if not is_passed]
    if not failed:
        return _json(200, {"status": "success", "response": states})
    sentence = f"Not working: {', '.join(failed)}."
    return _json(
        503,
        {"status": "failed", "code": "unhealthy", "response": sentence, "checks": states},
    )


def _metrics(registry: Registry, authorization: str) -> Page | None:
    metrics = registry.getUtility(IMetrics)
    if not metrics.allow(authorization):
        return None
    return Page(200, CONTENT_TYPE_LATEST, metrics.render())


def _json(status: int, envelope: dict[str, object]) -> Page:
    return Page(status, "application/json", orjson.dumps(envelope))
