"""Subscriptions of members to objects: each plugin has a table of member and object."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, delete, select

from ..db import upsert
from ..db.rows import changed_rows
from ..errors import ApiError
from ..request import Request


class AlreadySubscribed(ApiError):
    """The member has subscribed already. Some plugins raise this error."""

    code = "already_subscribed"
    message = "You are already subscribed."


class NotSubscribed(ApiError):
    """The member has not subscribed."""

    code = "not_subscribed"
    message = "You are not subscribed."


def subscribe(request: Request, model: Any, **key: int) -> bool:
    """Store the caller's row for the key; return whether it is new.

    The database makes the second of two concurrent requests wait for the first.
    """
    row = {"user_id": request.caller.user_id, **key}
    insert = upsert(request.db, model).values(row).on_conflict_do_nothing()
    return request.db.scalar(insert.returning(model.user_id)) is not None


def unsubscribe(request: Request, model: Any, **key: int) -> bool:
    """Delete the caller's row for the key; return whether there was one."""
    deleted = request.db.execute(delete(model).where(*_own(request, model, key)))
    return changed_rows(deleted) > 0


def is_subscribed(request: Request, model: Any, **key: int) -> bool:
    """Return whether the caller has a row for the key."""
    query = select(model.user_id).where(*_own(request, model, key))
    return request.db.scalar(query) is not None


def _own(request: Request, model: Any, key: dict[str, int]) -> list[ColumnElement[bool]]:
    columns = {"user_id": request.caller.user_id, **key}
    return [getattr(model, name) == value for name, value in columns.items()]
