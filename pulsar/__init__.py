"""Pulsar: the backend of a BitTorrent indexer, built of plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .middleware import BeginServing


def main(global_config: dict[str, str] | None = None, **settings: Any) -> BeginServing:
    """Make the WSGI application from the settings; refuse a database that is not migrated.

    This starts nothing: background tasks start with the first request, or when the server calls
    ``begin_serving()``.
    """
    from .collector import paused

    with paused():
        # Imported here, since commands that do not need the application must start quickly.
        from .application import make_app

        return make_app(settings)
