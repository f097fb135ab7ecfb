"""Counting in one process."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable

from zope.interface import implementer

from ..interfaces import IRateLimiter
from ..settings.limit import Limit
from .limits import Verdict

#: The interval in seconds at which ended windows are removed.
_SWEEP = 60.0


@implementer(IRateLimiter)
class MemoryRateLimiter:
    """Fixed windows in the process's memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: The end of each window, and its hits.
        self._windows: dict[tuple[str, int], tuple[float, int]] = {}
        self._next_sweep = 0.0

    def hit(self, hits: Iterable[tuple[Limit, str]]) -> list[Verdict]:
        """Count the hits in order until one is exceeded."""
        verdicts = []
        with self._lock:
            now = time.time()
            if now >= self._next_sweep:
                self._sweep(now)
            for limit, key in hits:
                window = (key, limit.seconds)
                ends, count = self._windows.get(window, (now, 0))
                if ends <= now:
                    ends, count = now + limit.seconds, 0
                count += 1
                self._windows[window] = (ends, count)
                exceeded = count > limit.amount
                reset = max(1, math.ceil(ends - now))
                verdicts.append(Verdict(limit, max(0, limit.amount - count), reset, exceeded))
                if exceeded:
                    break
        return verdicts

    def peek(self, limit: Limit, key: str) -> Verdict:
        """Return the verdict on the next hit without counting it."""
        with self._lock:
            now = time.time()
            ends, count = self._windows.get((key, limit.seconds), (now, 0))
        if ends <= now:
            ends, count = now + limit.seconds, 0
        reset = max(1, math.ceil(ends - now))
        return Verdict(limit, max(0, limit.amount - count), reset, count >= limit.amount)

    def clear(self) -> None:
        with self._lock:
            self._windows.clear()

    def _sweep(self, now: float) -> None:
        self._windows = {key: window for key, window in self._windows.items() if window[0] > now}
        self._next_sweep = now + _SWEEP
