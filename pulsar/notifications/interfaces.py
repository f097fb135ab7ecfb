"""What serializers, fields and subscribers are registered for."""

from __future__ import annotations

from ..interfaces import IContent


class INotification(IContent):
    """Something that happened and concerns a member."""
