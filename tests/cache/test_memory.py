"""The size limit of the cache in memory."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulsar.cache import MemoryCache


class TestSize:
    def test_the_least_recently_used_goes(self) -> None:
        cache = MemoryCache(3)
        for key in "abc":
            cache.put(key, key, 60, ("t",), cache.token())
        cache.get("a")
        cache.put("d", "d", 60, ("t",), cache.token())
        assert cache.get_many("abcd") == ["a", None, "c", "d"]

    def test_replacing_is_not_adding(self) -> None:
        cache = MemoryCache(2)
        for key in "abab":
            cache.put(key, key, 60, (), cache.token())
        assert cache.get_many("ab") == ["a", "b"]

    def test_tags_do_not_pile_up(self) -> None:
        cache = MemoryCache(2)
        for number in range(100):
            cache.put(f"k{number}", number, 60, (f"t{number}",), cache.token())
        assert len(cache._keys_of) == 2

    def test_invalidations_do_not_pile_up(self) -> None:
        cache = MemoryCache(2)
        for number in range(100):
            cache.invalidate([f"t{number}"])
        assert len(cache._invalidated) == 2

    def test_a_forgotten_invalidation_still_counts(self) -> None:
        cache = MemoryCache(2)
        token = cache.token()
        for tag in "xyz":
            cache.invalidate([tag])
        cache.put("a", "stale", 60, ("x",), token)
        assert cache.get("a") is None
        cache.put("a", "fresh", 60, ("x",), cache.token())
        assert cache.get("a") == "fresh"

    def test_what_was_begun_before_clearing_is_not_kept(self) -> None:
        cache = MemoryCache()
        token = cache.token()
        cache.clear()
        cache.put("a", "stale", 60, (), token)
        assert cache.get("a") is None


class TestThreads:
    @pytest.fixture
    def hasty(self) -> Iterator[None]:
        """Let threads switch as often as possible."""
        usual = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        yield
        sys.setswitchinterval(usual)

    def test_read_while_entries_come_and_go(self, hasty: None) -> None:
        cache = MemoryCache(size=20)
        done = threading.Event()

        def read(first: int) -> int:
            hits = 0
            while not done.is_set():
                for number in range(first, first + 25):
                    value = cache.get(f"key:{number % 25}")
                    assert value in (None, number % 25)
                    hits += value is not None
            return hits

        with ThreadPoolExecutor(3) as threads:
            readers = [threads.submit(read, first) for first in range(3)]
            try:
                for turn in range(4_000):
                    number = turn % 25
                    cache.put(f"key:{number}", number, 60, (f"tag:{number % 3}",), cache.token())
                    if turn % 50 == 0:
                        cache.invalidate([f"tag:{turn % 3}"])
            finally:
                done.set()
            assert all(reader.result(timeout=20) for reader in readers)
