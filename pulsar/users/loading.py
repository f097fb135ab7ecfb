"""What is loaded of members where other things are shown."""

from __future__ import annotations

from typing import Any

from .models import User


def named(user: Any) -> Any:
    """Of the member at the end of these options only what names them."""
    return user.load_only(User.id, User.username).lazyload(User.user_class)


def presented(user: Any) -> Any:
    """Of the member at the end of these options what is shown beside what they wrote."""
    return user.load_only(User.id, User.username, User.enabled, User.user_class_id)
