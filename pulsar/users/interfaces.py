"""What plugins register things for, and what they subscribe to: members."""

from __future__ import annotations

from ..interfaces import IContent, IContentEvent


class IUser(IContent):
    """A member's account."""


class IUserCreated(IContentEvent):
    """A member registered or was added."""
