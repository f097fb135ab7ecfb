"""Reading and marking a member's notifications."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Select, func, select, update

from ..db import utcnow
from ..interfaces import INotificationType
from ..paging import Page, page_of
from ..request import Request
from .models import Notification, NotificationChoice
from .service import IN_SITE, knowable, visible

#: How many of the newest unread notifications of each type are read, and how many are shown.
LOOKED_AT, SHOWN = 100, 25


def types(request: Request) -> list[str]:
    return sorted(name for name, _ in request.registry.getUtilitiesFor(INotificationType))


def newest(request: Request, user_id: int) -> dict[str, list[Notification]]:
    """Return the newest unread notifications that the member may see, by type."""
    place = func.row_number().over(partition_by=Notification.type, order_by=Notification.id.desc())
    placed = _unread(select(Notification.id, place.label("place")), user_id).subquery()
    rows = request.db.scalars(
        select(Notification)
        .join(placed, placed.c.id == Notification.id)
        .where(placed.c.place <= LOOKED_AT)
        .order_by(Notification.id.desc())
    ).all()
    notifications_by_type: dict[str, list[Notification]] = {name: [] for name in types(request)}
    for notification in visible(request, user_id, rows):
        if len(notifications_by_type[notification.type]) < SHOWN:
            notifications_by_type[notification.type].append(notification)
    return notifications_by_type


def counts(request: Request, user_id: int) -> dict[str, int]:
    """Return the numbers of unread notifications that the member may see, by type."""
    rows = request.db.execute(
        _unread(select(Notification.type, Notification.subject_id, func.count()), user_id).group_by(
            Notification.type, Notification.subject_id
        )
    ).all()
    visible_subjects = knowable(
        request, user_id, [(name, subject_id) for name, subject_id, _ in rows]
    )
    counter: Counter[str] = Counter()
    for name, subject_id, number in rows:
        if (name, subject_id) in visible_subjects:
            counter[name] += number
    return {name: counter[name] for name in types(request)}


def of_type(request: Request, user_id: int, name: str) -> Page:
    """Return the member's notifications of a type that they may see.

    Notifications of subjects that the member may no longer see are removed after reading, so a page
    can be short; ``after`` still finds the next page.
    """
    values = request.validated
    query = _in_site(select(Notification), user_id).where(Notification.type == name)
    if not values["include_read"]:
        query = query.where(Notification.read.is_(None))
    if "after" in values:
        query = query.where(Notification.id < values["after"])
    limit = values["limit"]
    rows = list(request.db.scalars(query.order_by(Notification.id.desc()).limit(limit + 1)))
    page = page_of(rows, "id", limit)
    page.items = visible(request, user_id, page.items)
    return page


def mark_all(request: Request, user_id: int, name: str | None) -> None:
    """Mark all notifications, or all of a type, as read."""
    statement = update(Notification).where(
        Notification.user_id == user_id, Notification.read.is_(None)
    )
    if name is not None:
        statement = statement.where(Notification.type == name)
    request.db.execute(statement.values(read=utcnow()))


def _in_site(query: Select[Any], user_id: int) -> Select[Any]:
    """Restrict the query to notifications that the member wants to see in the site."""
    unwanted = select(NotificationChoice.type).where(
        NotificationChoice.user_id == user_id,
        NotificationChoice.channel == IN_SITE,
        NotificationChoice.wanted.is_(False),
    )
    return query.where(Notification.user_id == user_id, Notification.type.not_in(unwanted))


def _unread(query: Select[Any], user_id: int) -> Select[Any]:
    return _in_site(query, user_id).where(Notification.read.is_(None))
