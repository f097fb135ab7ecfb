"""Unread entries and subscriptions of the caller."""

from __future__ import annotations

from pyramid.view import view_config

from pulsar.notifications.subscriptions import (
    AlreadySubscribed,
    NotSubscribed,
    is_subscribed,
    subscribe,
    unsubscribe,
)
from pulsar.request import Request
from pulsar.serialization import BOOLEAN, INTEGER, Message, Raw

from ..inputs import MarkSeenInput
from ..models import KINDS, Subscription
from ..permissions import VIEW
from ..resources import News
from ..schemas import MarkSeen
from ..unread import count_unread, mark_seen

COUNTS = Raw({"type": "object", "required": [*KINDS], "properties": dict.fromkeys(KINDS, INTEGER)})


@view_config(context=News, name="unread", request_method="GET", permission=VIEW, response=COUNTS)
def unread(context: News, request: Request) -> dict[str, int]:
    """Count the entries of each kind that the caller has not seen."""
    return count_unread(request)


@view_config(
    context=News,
    name="seen",
    request_method="PUT",
    permission=VIEW,
    schema=MarkSeen,
    response=COUNTS,
)
def seen(context: News, request: Request[MarkSeenInput]) -> dict[str, int]:
    """Mark entries of a kind as read up to an entry, and count the unread ones."""
    mark_seen(request, request.validated.get("id"))
    return count_unread(request)


@view_config(
    context=News,
    name="subscription",
    request_method="GET",
    permission=VIEW,
    response=Raw(
        {"type": "object", "required": ["subscribed"], "properties": {"subscribed": BOOLEAN}}
    ),
)
def show(context: News, request: Request) -> dict[str, bool]:
    """Show whether the caller is subscribed to new entries."""
    return {"subscribed": is_subscribed(request, Subscription)}


@view_config(
    context=News,
    name="subscription",
    request_method="POST",
    permission=VIEW,
    response=Message(),
    errors=(AlreadySubscribed,),
)
def begin(context: News, request: Request) -> str:
    """Subscribe to new entries."""
    if not subscribe(request, Subscription):
        raise AlreadySubscribed("You are already subscribed to news.")
    return "Successfully subscribed to news."


@view_config(
    context=News,
    name="subscription",
    request_method="DELETE",
    permission=VIEW,
    response=Message(),
    errors=(NotSubscribed,),
)
def end(context: News, request: Request) -> str:
    """Unsubscribe from new entries."""
    if not unsubscribe(request, Subscription):
        raise NotSubscribed("You are not subscribed to news.")
    return "Successfully unsubscribed from news."
