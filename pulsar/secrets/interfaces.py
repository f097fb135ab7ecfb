"""Interfaces for which serializers, fields and subscribers are registered."""

from __future__ import annotations

from ..interfaces import IContent


class ISecret(IContent):
    """A secret of a member, such as a feed key or a passkey."""
