"""Tags and lifetimes that are collected while a copy is created."""

from __future__ import annotations

import time
from collections.abc import Iterable


class Making:
    """The tags of a copy that is being created, and when it expires by itself."""

    def __init__(self, tags: Iterable[str]) -> None:
        self.tags: dict[str, None] = dict.fromkeys(tags)
        #: A POSIX time; None if nothing in the copy changes with time alone.
        self.until: float | None = None

    def expire(self, moment: float) -> None:
        """Let the copy expire at this moment or earlier."""
        self.until = moment if self.until is None else min(self.until, moment)

    def include(self, inner: Making) -> None:
        """Add the tags and the lifetime of a copy inside this one."""
        self.tags.update(inner.tags)
        if inner.until is not None:
            self.expire(inner.until)

    def lifetime(self, usual: int) -> int:
        """How many seconds the copy may be stored; 0 if it expires in less than a second."""
        if self.until is None:
            return usual
        return max(0, min(usual, int(self.until - time.time())))
