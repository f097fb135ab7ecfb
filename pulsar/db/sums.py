"""Sums of credit that no database refuses to make.

SQLite refuses a sum that grows beyond 64 bits, even for a moment, so sums are made in two parts.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func

from ..validation.nodes import MAX_INTEGER

_HALF = 2**32


def parts(column: Any) -> tuple[Any, Any]:
    """The two parts of a column's sum, for :func:`whole`."""
    return func.sum(column // _HALF), func.sum(column % _HALF)


def whole(high: Any, low: Any) -> int:
    """The sum of the two parts, at most what 64 bits hold; 0 of no rows."""
    return min(int(high or 0) * _HALF + int(low or 0), MAX_INTEGER)


def sum_of(column: Any) -> Any:
    """The sum, of a column whose sum is known to fit into 64 bits in the end."""
    high, low = parts(column)
    return high * _HALF + low
