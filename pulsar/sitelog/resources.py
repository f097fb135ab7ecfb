"""``/site_log``."""

from __future__ import annotations

from ..traversal import Resource


class SiteLogEntries(Resource):
    """The whole log."""
