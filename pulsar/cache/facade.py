"""The cache as one request sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pyramid.request import Request

from ..interfaces import ICache


class RequestCache:
    """Reads through, and drops what the request changed when its transaction has committed.

    Within a request that changed a tag, that tag's copies are neither read nor made: they would be
    of data that may still be rolled back.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._cache = request.find_service(ICache)
        self._ttl: int = request.registry.settings["pulsar.cache_ttl"]
        self._changed: set[str] = set()
        self._held: int | None = None
        self._fetched: dict[str, Any] = {}
        #: The keys this request touched by operation, for ``cache_keys`` in the envelope.
        self.touched: dict[str, list[str]] = {}

    def get_or_create(
        self,
        key: str,
        create: Callable[[], Any],
        tags: Iterable[str],
        ttl: int | None = None,
        *,
        learned: Callable[[], Iterable[str]] = tuple,
    ) -> Any:
        """The copy under the key, made by ``create`` where there is none.

        ``learned`` gives further tags that are known only when the value was made.
        """
        tags = tuple(tags)
        if self._changed and not self._changed.isdisjoint(tags):
            return create()
        self.touched.setdefault("get", []).append(key)
        value = self._fetched.pop(key) if key in self._fetched else self._cache.get(key)
        if value is not None:
            return value
        token = self.hold()
        value = create()
        if value is not None:
            self.touched.setdefault("set", []).append(key)
            self._cache.put(key, value, ttl or self._ttl, (*tags, *learned()), token)
        return value

    def get_or_create_many(
        self, makers: Mapping[str, Callable[[], Any]], ttl: int
    ) -> dict[str, Any]:
        """The copies under the keys of what never changes, found and kept in a round trip each."""
        if not makers:
            return {}
        keys = list(makers)
        self.touched.setdefault("get", []).extend(keys)
        found = dict(zip(keys, self._cache.get_many(keys), strict=True))
        made = {key: makers[key]() for key in keys if found[key] is None}
        found.update(made)
        kept = {key: value for key, value in made.items() if value is not None}
        if kept:
            self.touched.setdefault("set", []).extend(kept)
            self._cache.keep(kept, ttl)
        return found

    def prefetch(self, *keys: str) -> None:
        """Look keys up in one round trip, for the calls of :meth:`get_or_create` to come."""
        self._fetched.update(zip(keys, self._cache.get_many(keys), strict=True))

    def fetched(self, key: str, value: Any) -> None:
        """Note what was fetched already in somebody's round trip."""
        self._fetched[key] = value

    def hold(self) -> int:
        """The token of the moment before the request first read the database.

        All of its copies are made with it, so that whoever commits meanwhile wins: rows that were
        read for one copy are used for the next, and SQLite's transactions see one snapshot.
        """
        if self._held is None:
            self._held = self._cache.token()
        return self._held

    def invalidate(self, *tags: str) -> None:
        """Drop the copies that carry the tags, after the commit."""
        self.touched.setdefault("delete", []).extend(tags)
        if not self._changed:
            self._request.tm.get().addAfterCommitHook(self._committed)
        self._changed.update(tags)

    def _committed(self, success: bool) -> None:
        if success:
            self._cache.invalidate(self._changed)
        self._changed = set()
