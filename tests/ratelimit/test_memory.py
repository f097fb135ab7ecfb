"""The rate limiter in memory."""

from __future__ import annotations

import time_machine

from pulsar.ratelimit.memory import MemoryRateLimiter
from pulsar.settings.limit import Limit


class TestForgetting:
    def test_windows_that_ended(self, clock: time_machine.Traveller) -> None:
        limiter = MemoryRateLimiter()
        limiter.hit([(Limit(1, 30), "short"), (Limit(9, 300), "long")])
        clock.shift(61)
        limiter.hit([(Limit(1, 30), "new")])
        assert {key for key, _ in limiter._windows} == {"long", "new"}
