"""Subscribing and unsubscribing."""

from __future__ import annotations

from pyramid.request import Request
from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from pulsar.errors import ApiError

from ..tags import viewer_tag
from .resources import Subscribed


class AlreadySubscribed(ApiError):
    """A subscription is made once."""

    code = "already_subscribed"


class NotSubscribed(ApiError):
    """There is nothing to end."""

    code = "not_subscribed"


def subscribe(request: Request, kind: Subscribed, key: int) -> None:
    """Tell the caller of new posts from now on. Raises AlreadySubscribed."""
    row = {"user_id": request.identity.user_id, kind.column: key}
    try:
        with request.db.begin_nested():
            request.db.execute(insert(kind.table).values(row))
    except IntegrityError as error:
        raise AlreadySubscribed(f"You are already subscribed to {kind.word} {key}.") from error
    request.cache.invalidate(viewer_tag(request.identity.user_id))


def unsubscribe(request: Request, kind: Subscribed, key: int) -> None:
    """Tell them no longer. Raises NotSubscribed."""
    columns = kind.table.__table__.c
    mine = columns.user_id == request.identity.user_id
    ended = request.db.execute(delete(kind.table).where(mine, columns[kind.column] == key))
    if not ended.rowcount:
        raise NotSubscribed(f"You are not subscribed to {kind.word} {key}.")
    request.cache.invalidate(viewer_tag(request.identity.user_id))
