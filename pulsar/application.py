"""The WSGI application."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from .configuration import make_configurator
from .db.guard import require_current_schema
from .interfaces import IDatabase
from .middleware import (
    BeginServing,
    BoundedBody,
    ClientAddress,
    PublicAddress,
    SafeHeaders,
    StripVirtualHostRoot,
)
from .registry import Registry
from .settings import CoreSettings
from .validation.declared import largest_body


def make_app(settings: dict[str, Any]) -> BeginServing:
    """Make the application from the settings. Raises ConfigurationError if they are wrong."""
    config = make_configurator(settings)
    config.commit()
    try:
        require_current_schema(config.registry)
    finally:
        _close_connections(config.registry)
    bounded = BoundedBody(config.make_wsgi_app(), largest_body(config.registry))
    addressed = PublicAddress(bounded, CoreSettings.site_url.of(config.registry))
    return BeginServing(ClientAddress(StripVirtualHostRoot(SafeHeaders(addressed))))


def _close_connections(registry: Registry) -> None:
    """Close the connections that were opened to read the schema's version.

    Forked processes must not share connections.
    """
    engine = registry.getUtility(IDatabase).engine
    if isinstance(engine, Engine):
        engine.dispose()
