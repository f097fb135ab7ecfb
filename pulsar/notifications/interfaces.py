"""The content of this package."""

from __future__ import annotations

from ..interfaces import IContent


class INotification(IContent):
    """A notification of a member about an event."""
