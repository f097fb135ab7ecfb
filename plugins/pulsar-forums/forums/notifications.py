"""Telling members of posts: that quote them, mention them, or are in a thread they subscribe to.

A member is told of a post once at the most, of the first of these that applies. When it is edited
then, whom it newly quotes or mentions is told, also if they knew of it by their subscription.
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

#: Made once, since every post asks it.
_SUBSCRIBERS = select(ThreadSubscription.user_id).where(
    ThreadSubscription.thread_id == bindparam("thread")
)


def add_notification_types(config: Configurator) -> None:
    """Declare the types; whoever does not see a post is not told of it."""
    for name, title in (
        (QUOTED, "Somebody quotes you in a forum."),
        (MENTIONED, "Somebody mentions you in a forum."),
        (SUBSCRIPTION, "There are new posts in a thread that you are subscribed to."),
    ):
        config.add_notification_type(name, title, visible=visible_posts)


@subscriber(IPostCreated)
def tell_of_post(event: IPostCreated) -> None:
    """Tell of a new post."""
    request, post = event.request, event.model
    told = _tell_referred(request, post, set())
    subscribers = request.db.scalars(_SUBSCRIBERS, {"thread": post.thread_id})
    _tell(request, SUBSCRIPTION, post, set(subscribers) - told)


@subscriber(IPostEdited)
def tell_of_edit(event: IPostEdited) -> None:
    """Tell those whom an edit quotes or mentions, if they were not told of the post before."""
    request, post = event.request, event.model
    told = select(Notification.user_id).where(
        Notification.subject_type == SUBJECT,
        Notification.subject_id == post.id,
        Notification.type.in_((QUOTED, MENTIONED)),
    )
    _tell_referred(request, post, set(request.db.scalars(told)))


def _tell_referred(request: Request, post: Post, told: set[int]) -> set[int]:
    """Tell whom the post quotes and mentions but for those who know; everybody who knows then."""
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
