"""Fixtures for the tests that every cache must pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from pulsar.cache import MemoryCache, RedisCache
from pulsar.testing.backends import Backend


@pytest.fixture
def cache(backend: Backend) -> Any:
    """An empty cache."""
    if backend.redis_url is None:
        return MemoryCache()
    prefix = backend.settings["pulsar.redis_prefix"]
    return RedisCache(backend.redis_url, f"{prefix}{uuid4()}:")


@pytest.fixture
def pass_time(cache: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """``pass_time(seconds)``: make the cache's entries older, without waiting."""
    now = time.monotonic()

    def in_memory(seconds: int) -> None:
        clock = SimpleNamespace(monotonic=lambda: now + seconds)
        monkeypatch.setattr("pulsar.cache.memory.time", clock)

    def in_redis(seconds: int) -> None:
        client = cache._redis
        for key in client.scan_iter(f"{cache._prefix}*"):
            left = client.pttl(key)
            if left >= 0:
                client.pexpire(key, left - seconds * 1000)

    return in_memory if isinstance(cache, MemoryCache) else in_redis
