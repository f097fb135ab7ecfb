"""The content of this package."""

from __future__ import annotations

from ..interfaces import IContent


class ILogEntry(IContent):
    """An entry of the site log."""
