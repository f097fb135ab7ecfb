"""``/api_keys``."""

from __future__ import annotations

from ..traversal import Resource


class APIKeys(Resource):
    """The caller's keys."""
