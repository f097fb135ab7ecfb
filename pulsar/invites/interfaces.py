"""What serializers, fields and subscribers are registered for."""

from __future__ import annotations

from ..interfaces import IContent


class IInvite(IContent):
    """An invitation to register."""


class IInviteTree(IContent):
    """Who came by a member's invites, and by the invites of those."""


class IInvitee(IContent):
    """A member as one of an invite tree."""
