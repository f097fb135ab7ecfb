"""Notifications about posts that quote or mention members, or are in subscribed threads.

A member is notified of a post at most once, for the first of these reasons that applies. When a
post is edited, members whom it newly quotes or mentions are notified, even if their subscription
already notified them of it.
"""

from __future__ import annotations

from pyramid.events import subscriber
from sqlalchemy import bindparam, select

from pulsar.config import Configurator
from pulsar.interfaces import INotifications, IText
from pulsar.notifications.models import Notification
from pulsar.request import Request
from pulsar.users.loading import ids_by_name

from .access import visible_posts
from .interfaces import IPostCreated, IPostEdited
from .models import Post, ThreadSubscription

QUOTED, MENTIONED, SUBSCRIPTION = "forums_quoted", "forums_mentioned", "forums_subscription"
SUBJECT = "forum_posts"

#: Built once, because every new post runs it.
_SUBSCRIBERS = select(ThreadSubscription.user_id).where(
    ThreadSubscription.thread_id == bindparam("thread")
)


def add_notification_types(config: Configurator) -> None:
    """Declare the types; members who cannot see a post are not notified of it."""
    for name, title in (
        (QUOTED, "Somebody quotes you in a forum."),
        (MENTIONED, "Somebody mentions you in a forum."),
        (SUBSCRIPTION, "There are new posts in a thread that you are subscribed to."),
    ):
        config.add_notification_type(name, title, visible=visible_posts)


@subscriber(IPostCreated)
def tell_of_post(event: IPostCreated) -> None:
    """Notify members of a new post."""
    request, post = event.request, event.model
    told = _tell_referred(request, post, set())
    subscribers = request.db.scalars(_SUBSCRIBERS, {"thread": post.thread_id})
    _tell(request, SUBSCRIPTION, post, set(subscribers) - told)


@subscriber(IPostEdited)
def tell_of_edit(event: IPostEdited) -> None:
    """Notify members whom an edit quotes or mentions, unless the post already notified them."""
    request, post = event.request, event.model
    told = select(Notification.user_id).where(
        Notification.subject_type == SUBJECT,
        Notification.subject_id == post.id,
        Notification.type.in_((QUOTED, MENTIONED)),
    )
    _tell_referred(request, post, set(request.db.scalars(told)))


def _tell_referred(request: Request, post: Post, told: set[int]) -> set[int]:
    """Notify members whom the post quotes or mentions and who are not in ``told``.

    Returns the ids of all members who have been notified.
    """
    references = request.find_service(IText).references(post.format, post.contents)
    ids = ids_by_name(request.db, (*references.quoted, *references.mentioned))
    for type, names in ((QUOTED, references.quoted), (MENTIONED, references.mentioned)):
        recipients = {ids[name.lower()] for name in names if name.lower() in ids} - told
        _tell(request, type, post, recipients)
        told = told | recipients
    return told


def _tell(request: Request, type: str, post: Post, user_ids: set[int]) -> None:
    if user_ids:
        request.find_service(INotifications).notify(
            request,
            type,
            user_ids,
            {
                "thread_id": post.thread_id,
                "post_id": post.id,
                "from": request.caller.username,
            },
            subject_type=SUBJECT,
            subject_id=post.id,
        )
