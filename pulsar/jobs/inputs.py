"""What ``request.validated`` holds after the schema of the same name."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ListRunsInput(TypedDict):
    """Filters of the list of runs."""

    name: NotRequired[str]
    status: NotRequired[str]
    after: NotRequired[int]
    limit: int
