"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ListLogInput(TypedDict):
    """Filters, and where to go on: the log has no page numbers, it is read by ``after``."""

    q: NotRequired[str]
    action: NotRequired[str]
    actor_id: NotRequired[int]
    target_type: NotRequired[str]
    target_id: NotRequired[int]
    after: NotRequired[int]
    limit: int
