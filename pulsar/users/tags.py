"""Cache tags of members."""

from __future__ import annotations

from ..security.tags import user

__all__ = ["profile", "user"]


def profile(user_id: int) -> str:
    """Return the tag of the figures on a member's page, such as credit; see :func:`user`."""
    return f"profile:{user_id}"
