"""The site's public address."""

from __future__ import annotations

from ..request import Request
from ..settings import CoreSettings


def site_url(request: Request) -> str:
    """Return ``pulsar.site_url``, or the address of the request; without a final slash."""
    configured: str = CoreSettings.site_url.of(request.registry)
    return (configured or request.application_url).rstrip("/")
