"""``cache_keys`` has every cache key that a request used, and no other key."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from pulsar.interfaces import ICache
from pulsar.testing.client import JSON
from pulsar.testing.operations import Operation
from pulsar.testing.site_model import World

#: The operation under which each method of the cache is reported, and the keys that it uses.
_METHODS: dict[str, tuple[str, Callable[..., Iterable[str]]]] = {
    "get": ("get", lambda key: [key]),
    "get_many": ("get", lambda keys: keys),
    "put": ("set", lambda key, *_: [key]),
    "keep": ("set", lambda values, ttl: values),
    "invalidate": ("delete", lambda tags: tags),
}


@pytest.fixture
def touched(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """The keys that this thread uses in the cache, by operation."""
    cache = world.registry.getUtility(ICache)
    seen: dict[str, set[str]] = {}
    here = threading.get_ident()

    def watch(name: str, operation: str, keys: Callable[..., Iterable[str]]) -> None:
        method = getattr(cache, name)

        def watched(*args: Any) -> Any:
            if threading.get_ident() == here:
                seen.setdefault(operation, set()).update(keys(*args))
            return method(*args)

        monkeypatch.setattr(cache, name, watched)

    for name, (operation, keys) in _METHODS.items():
        watch(name, operation, keys)
    return seen


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestCacheKeys:
    def test_they_are_those_touched(
        self, operation: Operation, world: World, touched: dict[str, set[str]]
    ) -> None:
        path, client = world.path(operation), world.staff.client
        if operation.takes_body:
            world.body(operation)
        for _ in range(2 if operation.method == "GET" else 1):
            touched.clear()
            answer = world.call(operation, client, path)
            if answer.content_type == JSON and "response" in answer.json:
                # Some views do not identify the caller, and use no keys.
                named = answer.json.get("cache_keys", {})
                assert {name: sorted(keys) for name, keys in named.items()} == {
                    name: sorted(keys) for name, keys in touched.items() if keys
                }
