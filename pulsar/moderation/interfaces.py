"""The content of this package."""

from __future__ import annotations

from ..interfaces import IContent


class IUserWarning(IContent):
    """A warning that staff gave to a member."""


class IStaffNote(IContent):
    """A note of staff about a member."""


class IStatusChange(IContent):
    """A change of a member's standing."""


class IIPBan(IContent):
    """A banned network."""
