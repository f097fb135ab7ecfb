"""What serializers, fields and subscribers are registered for."""

from __future__ import annotations

from ..interfaces import IContent


class ISecret(IContent):
    """A member's feed key, passkey or the like."""
