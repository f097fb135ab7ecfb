"""Subscribing and unsubscribing."""

from __future__ import annotations

from pulsar.notifications import subscriptions
from pulsar.notifications.subscriptions import AlreadySubscribed, NotSubscribed
from pulsar.request import Request

from .. import tags
from .resources import Subscribed


def subscribe(request: Request, kind: Subscribed, key: int) -> None:
    """Notify the caller of new posts from now on. Raises AlreadySubscribed."""
    if not subscriptions.subscribe(request, kind.table, **{kind.column: key}):
        raise AlreadySubscribed(f"You are already subscribed to {kind.word} {key}.")
    request.cache.invalidate(tags.viewer(request.caller.user_id))


def unsubscribe(request: Request, kind: Subscribed, key: int) -> None:
    """Stop notifying the caller of new posts. Raises NotSubscribed."""
    if not subscriptions.unsubscribe(request, kind.table, **{kind.column: key}):
        raise NotSubscribed(f"You are not subscribed to {kind.word} {key}.")
    request.cache.invalidate(tags.viewer(request.caller.user_id))
