"""What serializers, fields and subscribers are registered for."""

from __future__ import annotations

from ..interfaces import IContent


class IAPIKey(IContent):
    """A secret that authenticates a program as a member."""


class INewAPIKey(IContent):
    """An API key just made, with its secret."""
