"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ListLogInput(TypedDict):
    """Filters of the site log. It has no page numbers; ``after`` selects the next entries."""

    q: NotRequired[str]
    action: NotRequired[str]
    actor_id: NotRequired[int]
    target_type: NotRequired[str]
    target_id: NotRequired[int]
    after: NotRequired[int]
    limit: int
