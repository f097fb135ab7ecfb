"""Cache tags."""

from __future__ import annotations

#: Lists of entries and the feed. Every change of an entry or a comment invalidates it.
ENTRIES = "news-entries"
