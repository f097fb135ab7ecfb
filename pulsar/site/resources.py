"""``/health``."""

from __future__ import annotations

from ..traversal import Resource


class Health(Resource):
    """Whether the site's backing services work."""
