"""Counting in one process, with the library ``limits``."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable

from limits.storage import MemoryStorage
from zope.interface import implementer

from ..interfaces import IRateLimiter
from .limits import Limit, Verdict


@implementer(IRateLimiter)
class MemoryRateLimiter:
    """Fixed windows in the process's memory."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()

    def hit(self, hits: Iterable[tuple[Limit, str]]) -> list[Verdict]:
        """Count the hits in order until one is exceeded."""
        verdicts = []
        for limit, key in hits:
            count = self._storage.incr(f"{key}/{limit.seconds}", limit.seconds)
            ends = self._storage.get_expiry(f"{key}/{limit.seconds}")
            reset = max(1, math.ceil(ends - time.time()))
            exceeded = count > limit.amount
            verdicts.append(Verdict(limit, max(0, limit.amount - count), reset, exceeded))
            if exceeded:
                break
        return verdicts
