"""The service that writes the site log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import inspect
from zope.interface import implementer

from ..interfaces import ISearch, ISiteLog
from ..request import Request
from .models import LogEntry

KIND = "site_log"
#: The number of characters of a text that are stored.
_EXCERPT = 1_000


@implementer(ISiteLog)
class SiteLog:
    """Adds entries in the request's transaction; actions that are rolled back are not logged."""

    def record(
        self,
        request: Request,
        action: str,
        summary: str,
        *,
        target: Any = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> LogEntry:
        """Record the caller's action on ``target``, a model with an id.

        ``before`` and ``after`` have the changed fields only: JSON values and times. Long texts are
        truncated.
        """
        identity = request.identity
        entry = LogEntry(
            actor_id=identity.user_id if identity else None,
            action=action,
            target_type=_table(target) if target is not None else "",
            target_id=target.id if target is not None else None,
            summary=summary,
            before=_storable(before),
            after=_storable(after),
        )
        request.db.add(entry)
        request.db.flush()
        request.find_service(ISearch).put(request.db, KIND, entry.id, f"{action} {summary}")
        return entry


def _table(model: Any) -> str:
    """Return the name of the table that holds the model's id; for a subclass, the base's table."""
    name: str = inspect(model).mapper.base_mapper.local_table.name
    return name


def changes(model: Any, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the old and the new values of the fields that ``values`` change."""
    before = {name: getattr(model, name) for name in values}
    changed = {name for name, value in values.items() if before[name] != value}
    return (
        {name: before[name] for name in values if name in changed},
        {name: values[name] for name in values if name in changed},
    )


def _storable(fields: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the fields as JSON values, with long texts truncated."""
    if fields is None:
        return None
    return {
        name: value.isoformat()
        if isinstance(value, datetime)
        else value[:_EXCERPT]
        if isinstance(value, str)
        else value
        for name, value in fields.items()
    }
