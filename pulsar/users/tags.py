"""Cache tags of members."""

from __future__ import annotations

from ..security.tags import user

__all__ = ["profile", "user"]


def profile(user_id: int) -> str:
    """The tag of the figures on a member's page, such as credit; :func:`user` covers the rest."""
    return f"profile:{user_id}"
