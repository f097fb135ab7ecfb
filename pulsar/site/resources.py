"""``/health``."""

from __future__ import annotations

from ..traversal import Resource


class Health(Resource):
    """The state of the services that the site depends on."""
