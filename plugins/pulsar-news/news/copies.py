"""Cached copies that expire when the next scheduled entry is published."""

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
    """Return the copy under the key, or make one with ``make(now)`` if it is missing or expired."""
    now = utcnow()

    def dated() -> dict[str, Any]:
        due = next_publication(request.db, now)
        return {"until": due.timestamp() if due else None, "value": make(now)}

    copy = request.cache.get_or_create(key, dated, (tags.ENTRIES,))
    if copy["until"] is not None and copy["until"] <= now.timestamp():
        # The copies of other pages expire at the same time.
        request.cache.invalidate(tags.ENTRIES)
        copy = dated()
    return copy["value"]
