"""Notifications of comments, for members whom they quote, mention or concern in another way.

A member is notified of a comment at most once: by the first type of notification that applies to
them and that they want.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ..interfaces import INotifications, IText
from ..notifications.models import Notification
from ..request import Request
from ..users.loading import ids_by_name
from .resources import Comments


def tell_of_new(comments: Comments, comment: Any) -> None:
    """Notify members whom a new comment quotes or mentions, then others whom it concerns."""
    referred = set(ids_by_name(comments.request.db, _names(comments.request, comment)).values())
    told = _tell(comments, comments.notification_type, comment, referred)
    for type_name, user_ids in comments.concerned(comment).items():
        told |= _tell(comments, type_name, comment, set(user_ids) - told)


def tell_of_edit(comments: Comments, comment: Any) -> None:
    """Tell those whom an edit quotes or mentions, if they were not told of the comment before."""
    names = _names(comments.request, comment)
    if names:
        session = comments.request.db
        told = select(Notification.user_id).where(
            Notification.subject_type == comments.model.__tablename__,
            Notification.subject_id == comment.id,
        )
        referred = set(ids_by_name(session, names).values())
        _tell(comments, comments.notification_type, comment, referred - set(session.scalars(told)))


def _names(request: Request, comment: Any) -> set[str]:
    """Return the names that the comment quotes and mentions."""
    references = request.find_service(IText).references(comment.format, comment.contents)
    return {*references.quoted, *references.mentioned}


def _tell(comments: Comments, type_name: str, comment: Any, user_ids: set[int]) -> set[int]:
    """Notify the members of the comment; return the ids of those who were notified."""
    request = comments.request
    recipients = user_ids - {request.caller.user_id}
    if not recipients:
        return set()
    notifications = request.find_service(INotifications).notify(
        request,
        type_name,
        recipients,
        comments.summary(comment),
        subject_type=comments.model.__tablename__,
        subject_id=comment.id,
    )
    return {notification.user_id for notification in notifications}
