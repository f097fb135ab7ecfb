"""Sums of credit that no database refuses to compute.

SQLite refuses a sum that exceeds 64 bits, even temporarily, so sums are computed in two parts.
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
    """The sum of the two parts, limited to 64 bits; 0 if there are no rows."""
    return min(int(high or 0) * _HALF + int(low or 0), MAX_INTEGER)


def sum_of(column: Any) -> Any:
    """The sum of a column if the final result is known to fit into 64 bits."""
    high, low = parts(column)
    return high * _HALF + low
