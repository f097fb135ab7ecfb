"""Loading of members for responses about other content."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import User


def ids_by_name(session: Session, names: Iterable[str]) -> dict[str, int]:
    """The ids of members by their names in lower case, ignoring names that do not exist."""
    lowered = {name.lower() for name in names}
    if not lowered:
        return {}
    name = func.lower(User.username)
    rows = session.execute(select(name, User.id).where(name.in_(lowered)))
    return dict(rows.tuples().all())


def named(user: Any) -> Any:
    """Of the member at the end of these options, load only the columns that name them."""
    return user.load_only(User.id, User.username).lazyload(User.user_class)


def presented(user: Any) -> Any:
    """Of the member at the end of these options, load only the columns shown beside their texts."""
    return user.load_only(User.id, User.username, User.enabled, User.user_class_id)
