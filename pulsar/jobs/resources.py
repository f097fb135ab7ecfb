"""``/jobs``."""

from __future__ import annotations

from ..traversal import Resource


class Jobs(Resource):
    """The declared jobs."""
