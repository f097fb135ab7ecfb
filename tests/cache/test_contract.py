"""The behaviour of every cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from zope.interface.verify import verifyObject

from pulsar.interfaces import ICache

PassTime = Callable[[int], None]


def put(cache: Any, key: str, value: Any, *tags: str, ttl: int = 60) -> None:
    cache.put(key, value, ttl, tags, cache.token())


class TestInterface:
    def test_is_provided(self, cache: Any) -> None:
        assert verifyObject(ICache, cache)

    def test_answers(self, cache: Any) -> None:
        cache.ping()


class TestKeep:
    def test_several(self, cache: Any) -> None:
        cache.keep({"a": 1, "b": [2, "x"]}, 60)
        assert cache.get_many(("a", "b", "c")) == [1, [2, "x"], None]

    def test_nothing(self, cache: Any) -> None:
        cache.keep({}, 60)

    def test_replaces(self, cache: Any) -> None:
        put(cache, "a", 1, "t")
        cache.keep({"a": 2}, 60)
        cache.invalidate(["other"])
        assert cache.get("a") == 2

    def test_until_its_time_is_over(self, cache: Any, pass_time: PassTime) -> None:
        cache.keep({"a": 1}, 60)
        pass_time(59)
        assert cache.get("a") == 1
        pass_time(61)
        assert cache.get("a") is None

    def test_until_everything_is_dropped(self, cache: Any) -> None:
        cache.keep({"a": 1}, 60)
        cache.clear()
        assert cache.get("a") is None


class TestGet:
    def test_nothing(self, cache: Any) -> None:
        assert cache.get("a") is None

    @pytest.mark.parametrize(
        "value",
        [
            *(0, 1, -1, 2**63 - 1, 1.5, True, False, "", "ü☃", b"\x00\xff", [], {}),
            *([1, [2, {"three": None}]], {"a": [1, 2]}),
        ],
    )
    def test_round_trip(self, cache: Any, value: Any) -> None:
        put(cache, "a", value)
        assert cache.get("a") == value
        assert type(cache.get("a")) is type(value)

    def test_tuples_become_lists(self, cache: Any) -> None:
        put(cache, "a", (1, 2))
        assert cache.get("a") == [1, 2]

    def test_callers_do_not_share_values(self, cache: Any) -> None:
        value = [1]
        put(cache, "a", value)
        value.append(2)
        cache.get("a").append(3)
        assert cache.get("a") == [1]

    def test_many(self, cache: Any) -> None:
        put(cache, "a", 1)
        put(cache, "b", 2)
        assert cache.get_many(("a", "x", "b")) == [1, None, 2]
        assert cache.get_many(iter(["b"])) == [2]


class TestPut:
    def test_replaces(self, cache: Any) -> None:
        put(cache, "a", 1, "old")
        put(cache, "a", 2, "new")
        assert cache.get("a") == 2

    @pytest.mark.parametrize("key", ["a b", "ü", "x" * 500, "a:b:c", "*"])
    def test_any_key(self, cache: Any, key: str) -> None:
        put(cache, key, 1)
        assert cache.get(key) == 1
        assert cache.get(key + ":") is None


class TestTtl:
    def test_ends(self, cache: Any, pass_time: PassTime) -> None:
        put(cache, "a", 1, "t", ttl=10)
        put(cache, "b", 2, "t", ttl=100)
        pass_time(9)
        assert cache.get_many("ab") == [1, 2]
        pass_time(11)
        assert cache.get_many("ab") == [None, 2]

    def test_tag_outlives_the_entry_that_lives_longest(
        self, cache: Any, pass_time: PassTime
    ) -> None:
        put(cache, "long", 1, "t", ttl=100)
        put(cache, "short", 2, "t", ttl=10)
        pass_time(50)
        cache.invalidate(["t"])
        assert cache.get("long") is None


class TestInvalidate:
    def test_drops_what_carries_the_tag(self, cache: Any) -> None:
        put(cache, "a", 1, "x", "y")
        put(cache, "b", 2, "y")
        put(cache, "c", 3, "z")
        put(cache, "d", 4)
        cache.invalidate(["x"])
        assert cache.get_many("abcd") == [None, 2, 3, 4]
        cache.invalidate(["y", "z"])
        assert cache.get_many("abcd") == [None, None, None, 4]

    def test_unknown_tags(self, cache: Any) -> None:
        put(cache, "a", 1, "x")
        cache.invalidate(["nothing"])
        cache.invalidate([])
        assert cache.get("a") == 1

    def test_put_again(self, cache: Any) -> None:
        put(cache, "a", 1, "x")
        cache.invalidate(["x"])
        put(cache, "a", 2, "x")
        assert cache.get("a") == 2
        cache.invalidate(["x"])
        assert cache.get("a") is None

    def test_tags_that_an_entry_had(self, cache: Any) -> None:
        put(cache, "a", 1, "old")
        put(cache, "a", 2, "new")
        cache.invalidate(["new"])
        assert cache.get("a") is None


class TestToken:
    """A value is not stored if one of its tags was invalidated since the token was taken."""

    def test_invalidated_meanwhile(self, cache: Any) -> None:
        token = cache.token()
        cache.invalidate(["x"])
        cache.put("a", "stale", 60, ("x",), token)
        assert cache.get("a") is None

    def test_one_of_several(self, cache: Any) -> None:
        token = cache.token()
        cache.invalidate(["y"])
        cache.put("a", "stale", 60, ("x", "y", "z"), token)
        assert cache.get("a") is None

    def test_another_tag(self, cache: Any) -> None:
        token = cache.token()
        cache.invalidate(["y"])
        cache.put("a", "fresh", 60, ("x",), token)
        assert cache.get("a") == "fresh"

    def test_before(self, cache: Any) -> None:
        cache.invalidate(["x"])
        cache.put("a", "fresh", 60, ("x",), cache.token())
        assert cache.get("a") == "fresh"

    def test_leaves_what_somebody_else_put(self, cache: Any) -> None:
        token = cache.token()
        cache.invalidate(["x"])
        put(cache, "a", "fresh", "x")
        cache.put("a", "stale", 60, ("x",), token)
        assert cache.get("a") == "fresh"


class TestClear:
    def test_drops_everything(self, cache: Any) -> None:
        put(cache, "a", 1, "x")
        put(cache, "b", 2)
        cache.clear()
        assert cache.get_many("ab") == [None, None]
        put(cache, "a", 3, "x")
        assert cache.get("a") == 3
