"""The types of ``request.validated`` for the schemas of the same names."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ListRunsInput(TypedDict):
    """Filters of the list of runs."""

    name: NotRequired[str]
    status: NotRequired[str]
    after: NotRequired[int]
    limit: int
