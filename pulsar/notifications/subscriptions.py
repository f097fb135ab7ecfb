"""What members keep an eye on: one row for each member and thing, in a table of each plugin."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, delete, select

from ..db import upsert
from ..db.rows import changed_rows
from ..errors import ApiError
from ..request import Request


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
    row = {"user_id": request.caller.user_id, **key}
    insert = upsert(request.db, model).values(row).on_conflict_do_nothing()
    return request.db.scalar(insert.returning(model.user_id)) is not None


def unsubscribe(request: Request, model: Any, **key: int) -> bool:
    """Remove the caller's row for the key; whether there was one."""
    deleted = request.db.execute(delete(model).where(*_own(request, model, key)))
    return changed_rows(deleted) > 0


def is_subscribed(request: Request, model: Any, **key: int) -> bool:
    """Whether there is a row of the caller for the key."""
    query = select(model.user_id).where(*_own(request, model, key))
    return request.db.scalar(query) is not None


def _own(request: Request, model: Any, key: dict[str, int]) -> list[ColumnElement[bool]]:
    columns = {"user_id": request.caller.user_id, **key}
    return [getattr(model, name) == value for name, value in columns.items()]
