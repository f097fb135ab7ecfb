"""Loading of members for responses about other content."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import User


def ids_by_name(session: Session, names: Iterable[str]) -> dict[str, int]:
    """Return the ids of members by their names in lower case, without names that do not exist."""
    lowered = {name.lower() for name in names}
    if not lowered:
        return {}
    name = func.lower(User.username)
    rows = session.execute(select(name, User.id).where(name.in_(lowered)))
    return dict(rows.tuples().all())


def named(user: Any) -> Any:
    """Restrict these loader options to the member's columns ``id`` and ``username``."""
    return user.load_only(User.id, User.username).lazyload(User.user_class)


def presented(user: Any) -> Any:
    """Restrict these loader options to the member's columns that are shown beside their texts."""
    return user.load_only(User.id, User.username, User.enabled, User.user_class_id)
