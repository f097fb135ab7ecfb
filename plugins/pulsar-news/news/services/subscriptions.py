"""Subscribing to news and unsubscribing."""

from __future__ import annotations

from pyramid.request import Request
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from ..errors import AlreadySubscribed, NotSubscribed
from ..models import Subscription


def is_subscribed(request: Request) -> bool:
    """Whether the caller is told of new entries."""
    mine = Subscription.user_id == request.identity.user_id
    return request.db.scalar(select(Subscription.user_id).where(mine)) is not None


def subscribe(request: Request) -> None:
    """Tell the caller of new entries from now on. Raises AlreadySubscribed."""
    try:
        with request.db.begin_nested():
            request.db.execute(insert(Subscription).values(user_id=request.identity.user_id))
    except IntegrityError as error:
        raise AlreadySubscribed from error


def unsubscribe(request: Request) -> None:
    """Tell them no longer. Raises NotSubscribed."""
    mine = Subscription.user_id == request.identity.user_id
    if not request.db.execute(delete(Subscription).where(mine)).rowcount:
        raise NotSubscribed
