"""Cache tags of classes."""

from __future__ import annotations

from ..security.tags import SECONDARY_CLASSES, user_class
from .models import SecondaryClass, UserClass

__all__ = ["SECONDARY_CLASSES", "of_class", "user_class"]


def of_class(model: UserClass | SecondaryClass) -> str:
    """Return the tag of the identities that depend on the class."""
    return user_class(model.id) if isinstance(model, UserClass) else SECONDARY_CLASSES
