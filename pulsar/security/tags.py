"""Cache tags of the data in identities."""

from __future__ import annotations

#: The tag that all copies which depend on secondary classes share.
SECONDARY_CLASSES = "secondary-classes"


def user(user_id: int) -> str:
    """The tag of a member's name, class, permissions and standing."""
    return f"user:{user_id}"


def user_class(class_id: int) -> str:
    """The tag of a primary class."""
    return f"class:{class_id}"


def key(name: str) -> str:
    """The tag of an API key, by its public name."""
    return f"key:{name}"
