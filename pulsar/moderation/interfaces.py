"""What serializers, fields and subscribers are registered for."""

from __future__ import annotations

from ..interfaces import IContent


class IUserWarning(IContent):
    """A warning that staff gave a member."""


class IStaffNote(IContent):
    """A note of staff about a member."""


class IStatusChange(IContent):
    """A change of a member's standing."""


class IIPBan(IContent):
    """A network that is kept out."""
