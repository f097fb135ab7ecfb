"""Cache tags."""

from __future__ import annotations

#: Of lists of entries, and of the feed: dropped with every change of an entry or its comments.
ENTRIES = "news-entries"
