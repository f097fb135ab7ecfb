"""What is loaded of members where other things are shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import User


def ids_by_name(session: Session, names: Iterable[str]) -> dict[str, int]:
    """The ids of members by their names in lower case; names in whatever case may be nobody's."""
    lowered = {name.lower() for name in names}
    if not lowered:
        return {}
    name = func.lower(User.username)
    rows = session.execute(select(name, User.id).where(name.in_(lowered)))
    return dict(rows.tuples().all())


def named(user: Any) -> Any:
    """Of the member at the end of these options only what names them."""
    return user.load_only(User.id, User.username).lazyload(User.user_class)


def presented(user: Any) -> Any:
    """Of the member at the end of these options what is shown beside what they wrote."""
    return user.load_only(User.id, User.username, User.enabled, User.user_class_id)
