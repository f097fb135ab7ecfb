"""What members keep an eye on: one row for each member and thing, in a table of each plugin."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from sqlalchemy import ColumnElement, delete, select

from ..db import upsert
from ..errors import ApiError


class AlreadySubscribed(ApiError):
    """A subscription is made once, where the plugin tells so."""

    code = "already_subscribed"
    message = "You are already subscribed."


class NotSubscribed(ApiError):
    """There is nothing to end."""

    code = "not_subscribed"
    message = "You are not subscribed."


def subscribe(request: Request, model: Any, **key: int) -> bool:
    """Store the caller's row for the key; whether there was none.

    Of two requests at the same moment the database lets the second wait for the first.
    """
    row = {"user_id": request.identity.user_id, **key}
    insert = upsert(request.db, model).values(row).on_conflict_do_nothing()
    return request.db.scalar(insert.returning(model.user_id)) is not None


def unsubscribe(request: Request, model: Any, **key: int) -> bool:
    """Remove the caller's row for the key; whether there was one."""
    return bool(request.db.execute(delete(model).where(*_own(request, model, key))).rowcount)


def is_subscribed(request: Request, model: Any, **key: int) -> bool:
    """Whether there is a row of the caller for the key."""
    query = select(model.user_id).where(*_own(request, model, key))
    return request.db.scalar(query) is not None


def _own(request: Request, model: Any, key: dict[str, int]) -> list[ColumnElement[bool]]:
    columns = {"user_id": request.identity.user_id, **key}
    return [getattr(model, name) == value for name, value in columns.items()]
