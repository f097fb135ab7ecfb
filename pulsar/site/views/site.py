"""``GET /`` and ``GET /health``."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import structlog
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...errors import Unavailable
from ...interfaces import IHealthCheck, ILink
from ...plugins import enabled
from ...security import PUBLIC
from ...serialization import STRING, Raw, array_of
from ...traversal import Root
from ..resources import Health
from ..urls import site_url

log = structlog.get_logger(__name__)


class Unhealthy(Unavailable):
    """A check failed; ``checks`` tells which."""

    code = "unhealthy"


SITE = Raw(
    {
        "type": "object",
        "required": ["name", "version", "plugins", "links"],
        "properties": {
            "name": STRING,
            "version": STRING,
            "plugins": array_of(
                {
                    "type": "object",
                    "properties": {"name": STRING, "title": STRING, "version": STRING},
                }
            ),
            "links": {"type": "object", "additionalProperties": STRING},
        },
    }
)

HEALTH = Raw(
    {
        "type": "object",
        "additionalProperties": {"type": "string", "enum": ["ok", "failed"]},
    }
)


@view_config(
    context=Root,
    request_method="GET",
    permission=PUBLIC,
    response=SITE,
    operation="get_site",
    redirects="To `/docs`, for who prefers HTML to JSON, as browsers do.",
)
def site(context: Root, request: Request) -> dict[str, Any] | Response:
    """Name the site, its version, its plugins, and where to go from here."""
    if _prefers_html(request):
        return Response(status=303, location=f"{site_url(request)}/docs", vary=("Accept",))
    request.response.vary = ("Accept",)
    registry = request.registry
    return {
        "name": registry.settings["pulsar.site_name"],
        "version": version("pulsar-core"),
        "plugins": [
            {"name": plugin.name, "title": plugin.title, "version": plugin.version}
            for plugin in enabled(registry).values()
        ],
        "links": dict(sorted(registry.getUtilitiesFor(ILink))),
    }


@view_config(
    context=Health, request_method="GET", permission=PUBLIC, response=HEALTH, errors=(Unhealthy,)
)
def health(context: Health, request: Request) -> dict[str, str]:
    """Check the database, the cache and what plugins add; 503 when one of them failed."""
    found = {}
    for name, check in sorted(request.registry.getUtilitiesFor(IHealthCheck)):
        try:
            check(request.registry)
        except Exception as error:  # whatever a check raises is its failure
            log.warning("health check failed", check=name, error=type(error).__name__)
            found[name] = "failed"
        else:
            found[name] = "ok"
    failed = [name for name, state in found.items() if state == "failed"]
    if failed:
        raise Unhealthy(f"Not working: {', '.join(failed)}.", checks=found)
    return found


def _prefers_html(request: Request) -> bool:
    """Whether the caller would rather have a page; one that takes anything has JSON."""
    offers = request.accept.acceptable_offers(["application/json", "text/html"])
    return bool(offers) and offers[0][0] == "text/html"
