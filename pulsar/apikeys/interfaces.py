"""Interfaces of API keys, for serializers, fields and subscribers."""

from __future__ import annotations

from ..interfaces import IContent


class IAPIKey(IContent):
    """A secret that authenticates a program as a member."""


class INewAPIKey(IContent):
    """A new API key, with its secret."""
