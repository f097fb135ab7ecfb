"""Cache tags of what an identity was made from."""

from __future__ import annotations

#: Of every copy that depends on secondary classes; they share it.
SECONDARY_CLASSES = "secondary-classes"


def user(user_id: int) -> str:
    """Of a member's name, class, permissions and standing."""
    return f"user:{user_id}"


def user_class(class_id: int) -> str:
    """Of a primary class."""
    return f"class:{class_id}"


def key(name: str) -> str:
    """Of an API key, by its public name."""
    return f"key:{name}"
