"""Reading and marking a member's notifications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pyramid.request import Request
from sqlalchemy import select, update

from ..db import Slice, utcnow
from ..interfaces import INotificationType
from .models import Notification
from .service import visible

#: Unread ones beyond this are not looked at when counting.
COUNTED = 1_000
#: Unread ones of each type in the overview.
SHOWN = 25


def types(request: Request) -> list[str]:
    """The declared types."""
    return sorted(name for name, _ in request.registry.getUtilitiesFor(INotificationType))


def unread(request: Request, user_id: int) -> Sequence[Notification]:
    """The member's unread notifications that they may see, newest first."""
    found = request.db.scalars(
        select(Notification)
        .where(Notification.user_id == user_id, Notification.read.is_(None))
        .order_by(Notification.id.desc())
        .limit(COUNTED)
    ).all()
    return visible(request, user_id, found)


def counts(request: Request, user_id: int) -> dict[str, int]:
    """How many are unread, by type."""
    found = Counter(one.type for one in unread(request, user_id))
    return {name: found[name] for name in types(request)}


def of_type(request: Request, user_id: int, name: str) -> Slice:
    """The member's notifications of a type that they may see.

    What they may no longer see is left out after reading, so a slice can be short; ``after`` still
    continues it.
    """
    wanted = request.validated
    query = select(Notification).where(Notification.user_id == user_id, Notification.type == name)
    if not wanted["include_read"]:
        query = query.where(Notification.read.is_(None))
    if "after" in wanted:
        query = query.where(Notification.id < wanted["after"])
    limit = wanted["limit"]
    rows = request.db.scalars(query.order_by(Notification.id.desc()).limit(limit + 1)).all()
    after = rows[limit - 1].id if len(rows) > limit else None
    return Slice(visible(request, user_id, rows[:limit]), limit, after)


def mark_all(request: Request, user_id: int, name: str | None) -> None:
    """Mark everything, or everything of a type, as read."""
    statement = update(Notification).where(
        Notification.user_id == user_id, Notification.read.is_(None)
    )
    if name is not None:
        statement = statement.where(Notification.type == name)
    request.db.execute(statement.values(read=utcnow()))
