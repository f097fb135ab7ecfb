"""Listing, adding and removing subscriptions."""

from __future__ import annotations

from dataclasses import replace

from pyramid.view import view_config
from sqlalchemy import select

from pulsar.notifications.subscriptions import AlreadySubscribed, NotSubscribed
from pulsar.paging import Page, paginate
from pulsar.request import Request
from pulsar.serialization import Listing, Message
from pulsar.validation import Paging
from pulsar.validation.inputs import PagingInput

from ...access import forum_access, is_live
from ...interfaces import IForum, IForumThread
from ...models import Forum, ForumSubscription, Thread, ThreadSubscription
from ...permissions import SUBSCRIPTIONS_MODIFY, VIEW_SUBSCRIPTIONS
from ...queries import shown_threads, visible_forums
from ..resources import SubscribedForums, SubscribedThreads, Subscription
from ..services import subscribe, unsubscribe


@view_config(
    context=SubscribedForums,
    request_method="GET",
    permission=VIEW_SUBSCRIPTIONS,
    schema=Paging,
    response=Listing(IForum),
)
def list_forums(context: SubscribedForums, request: Request[PagingInput]) -> Page:
    """List the forums to which the caller is subscribed and that they may see."""
    query = (
        visible_forums(request)
        .join(ForumSubscription, ForumSubscription.forum_id == Forum.id)
        .where(ForumSubscription.user_id == request.caller.user_id, *is_live(Forum))
        .order_by(Forum.id)
    )
    values = request.validated
    return replace(paginate(request.db, query, values), nested=True)


@view_config(
    context=SubscribedThreads,
    request_method="GET",
    permission=VIEW_SUBSCRIPTIONS,
    schema=Paging,
    response=Listing(IForumThread),
)
def list_threads(context: SubscribedThreads, request: Request[PagingInput]) -> Page:
    """List the threads to which the caller is subscribed and that they may see."""
    query = (
        shown_threads(select(Thread))
        .join(ThreadSubscription, ThreadSubscription.thread_id == Thread.id)
        .join(Forum, Forum.id == Thread.forum_id)
        .where(
            ThreadSubscription.user_id == request.caller.user_id,
            forum_access(request).to_threads(),
            *is_live(Thread, Forum),
        )
        .order_by(Thread.id)
    )
    values = request.validated
    return replace(paginate(request.db, query, values), nested=True)


@view_config(
    context=Subscription,
    request_method="POST",
    permission=SUBSCRIPTIONS_MODIFY,
    response=Message(),
    errors=(AlreadySubscribed,),
)
def begin(context: Subscription, request: Request) -> str:
    """Subscribe to a forum or thread."""
    kind = context.__parent__
    subscribe(request, kind, context.model.id)
    return f"Successfully subscribed to {kind.word} {context.model.id}."


@view_config(
    context=Subscription,
    request_method="DELETE",
    permission=SUBSCRIPTIONS_MODIFY,
    response=Message(),
    errors=(NotSubscribed,),
)
def end(context: Subscription, request: Request) -> str:
    """Unsubscribe from a forum or thread, even if the caller may no longer see it."""
    kind = context.__parent__
    unsubscribe(request, kind, context.model.id)
    return f"Successfully unsubscribed from {kind.word} {context.model.id}."
