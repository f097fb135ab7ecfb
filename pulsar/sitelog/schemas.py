"""The input of the site log."""

from __future__ import annotations

from ..validation import Integer, Schema, String


class ListLog(Schema):
    """Filters of the site log. It has no page numbers; ``after`` selects the next entries."""

    q = String(0, 255, description="Words of the action and the summary.")
    action = String(1, 64)
    actor_id = Integer(1)
    target_type = String(1, 32)
    target_id = Integer(1)
    after = Integer(1, description="Entries older than the one with this id.")
    limit = Integer(1, 100, default=50)
