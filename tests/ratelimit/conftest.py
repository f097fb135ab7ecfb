"""Fixtures for the tests that every limiter must pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from pulsar.db import utcnow
from pulsar.ratelimit.memory import MemoryRateLimiter
from pulsar.ratelimit.redis import RedisRateLimiter
from pulsar.testing.backends import Backend


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The process's clock, frozen."""
    with time_machine.travel(utcnow(), tick=False) as clock:
        yield clock


@pytest.fixture
def limiter(backend: Backend) -> Any:
    """A limiter without hits."""
    if backend.redis_url is None:
        return MemoryRateLimiter()
    prefix = backend.settings["pulsar.redis_prefix"]
    return RedisRateLimiter(backend.redis_url, f"{prefix}{uuid4()}:")


@pytest.fixture
def pass_time(clock: time_machine.Traveller, limiter: Any) -> Callable[[int], None]:
    """``pass_time(seconds)``: make the windows older, without waiting."""

    def in_redis(seconds: int) -> None:
        client = limiter._redis
        for key in client.scan_iter(f"{limiter._prefix}*"):
            client.pexpire(key, client.pttl(key) - seconds * 1000)

    return clock.shift if isinstance(limiter, MemoryRateLimiter) else in_redis
