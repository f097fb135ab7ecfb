"""Pulsar: the backend of a BitTorrent indexer, built of plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .middleware import BeginServing


def main(global_config: dict[str, str] | None = None, **settings: Any) -> BeginServing:
    """Settings in, WSGI application out; refuses a database that is not migrated.

    Making it starts nothing: background tasks begin with the first request, or where the server
    calls ``begin_serving()``.
    """
    # Imported here, since commands that need no application must start quickly.
    from .application import make_app

    return make_app(settings)
