"""The cache in Redis: it is shared, and survives outages of its server."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from redis.exceptions import RedisError

from pulsar.cache import RedisCache
from pulsar.interfaces import ICache
from pulsar.testing.backends import Backend
from pulsar.testing.client import Client


def put(cache: RedisCache, key: str, value: Any, *tags: str) -> None:
    cache.put(key, value, 60, tags, cache.token())


class TestNobodyListens:
    @pytest.fixture
    def cache(self) -> RedisCache:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        return RedisCache(f"redis://127.0.0.1:{port}/0", "test:")

    def test_nothing_is_found_and_nothing_raised(self, cache: RedisCache) -> None:
        put(cache, "a", 1, "x")
        cache.put("a", 1, 60, ("x",), 5)
        assert cache.get("a") is None
        assert cache.get_many("ab") == [None, None]
        cache.invalidate(["x"])

    def test_ping_tells(self, cache: RedisCache) -> None:
        with pytest.raises(RedisError):
            cache.ping()

    def test_the_site_goes_on_and_tells(self, bare: Callable[..., Client]) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            url = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        site = bare(settings={"pulsar.cache": "redis", "pulsar.redis_url": url})
        site.get("/", status=200)
        answer = site.get("/health", status=503)
        assert answer.json["checks"]["cache"] == "failed"


class TestOutage:
    def test_comes_back(self, server: Any) -> None:
        cache = RedisCache(server.url, "test:")
        put(cache, "a", 1, "x")
        server.stop()
        assert cache.get("a") is None
        put(cache, "b", 2)
        server.start()
        assert cache.get_many("ab") == [1, None]

    def test_owed_invalidations_are_paid(self, server: Any) -> None:
        cache = RedisCache(server.url, "test:")
        put(cache, "a", "stale", "x")
        put(cache, "b", "kept", "y")
        server.stop()
        cache.invalidate(["x"])
        assert cache.get("a") is None
        server.start()
        assert cache.get_many("ab") == [None, "kept"]

    def test_owed_ones_are_paid_with_the_next_invalidation(self, server: Any) -> None:
        cache, other = RedisCache(server.url, "test:"), RedisCache(server.url, "test:")
        put(cache, "a", "stale", "x")
        server.stop()
        cache.invalidate(["x"])
        server.start()
        cache.invalidate(["y"])
        assert other.get("a") is None

    def test_a_token_from_before_is_refused(self, server: Any) -> None:
        cache = RedisCache(server.url, "test:")
        token = cache.token()
        server.stop()
        cache.invalidate(["x"])
        server.start()
        cache.get("a")
        cache.put("a", "stale", 60, ("x",), token)
        assert cache.get("a") is None

    def test_a_token_taken_while_away_keeps_nothing(self, server: Any) -> None:
        cache = RedisCache(server.url, "test:")
        server.stop()
        token = cache.token()
        server.start()
        cache.put("a", "stale", 60, ("x",), token)
        assert cache.get("a") is None


class TestShared:
    def test_processes_see_each_other(self, server: Any) -> None:
        first, other = RedisCache(server.url, "test:"), RedisCache(server.url, "test:")
        put(first, "a", 1, "x")
        assert other.get("a") == 1
        token = first.token()
        other.invalidate(["x"])
        assert first.get("a") is None
        first.put("a", "stale", 60, ("x",), token)
        assert other.get("a") is None

    def test_prefixes_keep_sites_apart(self, server: Any) -> None:
        first, other = RedisCache(server.url, "one:"), RedisCache(server.url, "other:")
        put(first, "a", 1, "x")
        assert other.get("a") is None
        other.invalidate(["x"])
        other.clear()
        assert first.get("a") == 1

    def test_everything_ends_by_itself(self, server: Any) -> None:
        cache = RedisCache(server.url, "test:")
        put(cache, "a", 1, "x", "y")
        cache.invalidate(["y"])
        put(cache, "b", 1, "x")
        forever = [key for key in cache._redis.scan_iter("*") if cache._redis.ttl(key) == -1]
        assert forever == [b"test:clock"]


class TestChoice:
    def test_settings_choose(self, registry: Any, backend: Backend) -> None:
        cache = registry.getUtility(ICache)
        assert isinstance(cache, RedisCache) is (backend.redis_url is not None)
