"""How many rows a statement changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, Result


def changed_rows(result: Result[Any]) -> int:
    """The number of rows that an INSERT, UPDATE or DELETE changed; TypeError for a SELECT."""
    if not isinstance(result, CursorResult):
        raise TypeError("This result is not of a statement that changes rows.")
    return result.rowcount
