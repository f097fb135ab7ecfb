"""Bookmarks of requests."""

from __future__ import annotations

from pyramid.request import Request
from pyramid.view import view_config

from pulsar.serialization import Message

from ..resources import RequestResource
from ..services import bookmarks


@view_config(
    context=RequestResource,
    name="bookmark",
    request_method="POST",
    permission="requests_view",
    response=Message(),
)
def add_bookmark(context: RequestResource, request: Request) -> str:
    """Bookmark a request, and be told when it is filled or commented on."""
    bookmarks.add(request, context.model)
    return f"Request {context.model.id} has been bookmarked."


@view_config(
    context=RequestResource,
    name="bookmark",
    request_method="DELETE",
    permission="requests_view",
    response=Message(),
)
def remove_bookmark(context: RequestResource, request: Request) -> str:
    """Remove the caller's bookmark of a request."""
    bookmarks.remove(request, context.model)
    return f"The bookmark of request {context.model.id} has been removed."
