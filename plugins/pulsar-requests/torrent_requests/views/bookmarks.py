"""Bookmarks of requests."""

from __future__ import annotations

from pyramid.view import view_config

from pulsar.notifications.subscriptions import subscribe, unsubscribe
from pulsar.request import Request
from pulsar.serialization import Message

from ..models import Bookmark
from ..permissions import VIEW
from ..resources import RequestResource


@view_config(
    context=RequestResource,
    name="bookmark",
    request_method="POST",
    permission=VIEW,
    response=Message(),
)
def add_bookmark(context: RequestResource, request: Request) -> str:
    """Bookmark a request, and get notifications when it is filled or commented on."""
    subscribe(request, Bookmark, request_id=context.model.id)
    return f"Request {context.model.id} has been bookmarked."


@view_config(
    context=RequestResource,
    name="bookmark",
    request_method="DELETE",
    permission=VIEW,
    response=Message(),
)
def remove_bookmark(context: RequestResource, request: Request) -> str:
    """Remove the caller's bookmark of a request."""
    unsubscribe(request, Bookmark, request_id=context.model.id)
    return f"The bookmark of request {context.model.id} has been removed."
