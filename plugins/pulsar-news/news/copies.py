"""Copies of what changes by itself at a known time: when a scheduled entry is published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pulsar.db import utcnow
from pulsar.request import Request

from . import tags
from .queries import next_publication


def until_next(
    request: Request,
    key: str,
    make: Callable[[datetime], Any],
) -> Any:
    """The copy under the key, or what ``make(now)`` makes where there is none or it is overdue."""
    now = utcnow()

    def dated() -> dict[str, Any]:
        due = next_publication(request.db, now)
        return {"until": due.timestamp() if due else None, "value": make(now)}

    copy = request.cache.get_or_create(key, dated, (tags.ENTRIES,))
    if copy["until"] is not None and copy["until"] <= now.timestamp():
        # Those of other pages are overdue with it.
        request.cache.invalidate(tags.ENTRIES)
        copy = dated()
    return copy["value"]
