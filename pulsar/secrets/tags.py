"""Cache tags of members' secrets."""

from __future__ import annotations

from ..security.tags import key


def secret(kind: str, user_id: int) -> str:
    """Return the tag of copies that depend on a member's secret of the kind."""
    return key(name_of(kind, user_id))


def name_of(kind: str, user_id: int) -> str:
    """Return the name that stands for the secret where an API key would have its public name."""
    return f"{kind}:{user_id}"
