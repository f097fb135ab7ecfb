"""Input of the list of runs."""

from __future__ import annotations

from ..validation import Choice, Integer, Schema, String


class ListRuns(Schema):
    """Filters of the list of runs."""

    name = String(1, 64)
    status = Choice("running", "succeeded", "failed")
    after = Integer(1, description="Runs older than the one with this id.")
    limit = Integer(1, 100, default=50)
