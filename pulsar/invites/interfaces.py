"""The content of this package."""

from __future__ import annotations

from ..interfaces import IContent


class IInvite(IContent):
    """An invitation to register."""


class IInviteTree(IContent):
    """The members whom a member invited, directly and indirectly."""


class IInvitee(IContent):
    """A member of an invite tree."""
