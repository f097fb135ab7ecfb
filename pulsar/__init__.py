"""Pulsar: the backend of a BitTorrent indexer, built of plugins."""

from __future__ import annotations

from typing import Any

from .configuration import make_configurator
from .db.guard import require_current_schema
from .middleware import (
    BoundedBody,
    ClientAddress,
    PublicAddress,
    SafeHeaders,
    StripVirtualHostRoot,
)
from .validation.declared import largest_body


def main(global_config: dict[str, str] | None = None, **settings: Any) -> ClientAddress:
    """Settings in, WSGI application out; refuses a database that is not migrated."""
    config = make_configurator(settings)
    config.commit()
    require_current_schema(config.registry)
    bounded = BoundedBody(config.make_wsgi_app(), largest_body(config.registry))
    addressed = PublicAddress(bounded, config.registry.settings["pulsar.site_url"])
    return ClientAddress(StripVirtualHostRoot(SafeHeaders(addressed)))
