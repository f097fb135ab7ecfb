"""Telling members of new entries that they subscribed to, and of comments that refer to them."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.events import subscriber
from pyramid.request import Request
from sqlalchemy import func, select

from pulsar.interfaces import INotifications, IText
from pulsar.notifications.models import Notification
from pulsar.users.models import User

from .access import visible_comments, visible_entries
from .interfaces import ICommentCreated, ICommentEdited
from .models import Comment

PUBLISHED, MENTIONED = "news_published", "news_mentioned"
ENTRIES_SUBJECT, COMMENTS_SUBJECT = "news", "news_comments"


def add_notification_types(config: Configurator) -> None:
    """Declare the types; whoever does not see an entry is not told of it."""
    config.add_notification_type(
        PUBLISHED, "There is a new entry in news that you subscribed to.", visible=visible_entries
    )
    config.add_notification_type(
        MENTIONED, "Somebody quotes or mentions you below news.", visible=visible_comments
    )


@subscriber(ICommentCreated)
def tell_of_comment(event: ICommentCreated) -> None:
    """Tell those whom a new comment quotes or mentions."""
    _tell(event.request, event.model, set())


@subscriber(ICommentEdited)
def tell_of_edit(event: ICommentEdited) -> None:
    """Tell those whom an edit quotes or mentions, if they were not told of the comment before."""
    told = select(Notification.user_id).where(
        Notification.subject_type == COMMENTS_SUBJECT,
        Notification.subject_id == event.model.id,
        Notification.type == MENTIONED,
    )
    _tell(event.request, event.model, set(event.request.db.scalars(told)))


def _tell(request: Request, comment: Comment, told: set[int]) -> None:
    found = request.find_service(IText).references(comment.format, comment.contents)
    names = {name.lower() for name in (*found.quoted, *found.mentioned)}
    if not names:
        return
    wanted = select(User.id).where(func.lower(User.username).in_(names))
    request.find_service(INotifications).notify(
        request,
        MENTIONED,
        set(request.db.scalars(wanted)) - told,
        {
            "news_id": comment.entry_id,
            "comment_id": comment.id,
            "from": request.identity.username,
        },
        subject_type=COMMENTS_SUBJECT,
        subject_id=comment.id,
    )
