"""What serializers, fields and subscribers are registered for."""

from __future__ import annotations

from ..interfaces import IContent


class IUserClass(IContent):
    """A primary class of members; class 1 is the lowest tier."""


class ISecondaryClass(IContent):
    """A class that members have beside their primary one."""
