"""``GET /`` and ``GET /health``."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from pyramid.response import Response
from pyramid.view import view_config

from ...errors import Unavailable
from ...interfaces import ILink
from ...plugins import enabled
from ...request import Request
from ...security import PUBLIC
from ...serialization import STRING, Raw, array_of
from ...settings import CoreSettings
from ...traversal import Root
from ..checks import run_checks
from ..resources import Health
from ..urls import site_url


class Unhealthy(Unavailable):
    """A health check failed. ``checks`` has the result of each check."""

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
    """Show the name of the site, its version, its plugins, and links to other endpoints."""
    if _prefers_html(request):
        return Response(status=303, location=f"{site_url(request)}/docs", vary=("Accept",))
    request.response.vary = ("Accept",)
    registry = request.registry
    return {
        "name": CoreSettings.site_name.of(registry),
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
    """Check the database, the cache and the services of plugins; 503 if a check failed."""
    passed = run_checks(request.registry)
    states = {name: "ok" if is_passed else "failed" for name, is_passed in passed.items()}
    failed = [name for name, is_passed in passed.items() if not is_passed]
    if failed:
        raise Unhealthy(f"Not working: {', '.join(failed)}.", checks=states)
    return states


def _prefers_html(request: Request) -> bool:
    """Return whether the caller prefers HTML. Callers who accept everything get JSON."""
    offers = request.accept.acceptable_offers(["application/json", "text/html"])
    return bool(offers) and offers[0][0] == "text/html"
