"""The cache as one request sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..interfaces import ICache
from ..request import Request
from ..settings import CoreSettings


class RequestCache:
    """Reads through, and drops what the request changed when its transaction has committed.

    Within a request that changed a tag, that tag's copies are neither read nor made: they would be
    of data that may still be rolled back.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._cache = request.find_service(ICache)
        self._ttl: int = CoreSettings.cache_ttl.of(request.registry)
        self._changed: set[str] = set()
        self._held: int | None = None
        self._fetched: dict[str, Any] = {}
        self._touched: dict[str, dict[str, None]] = {}

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
        value = self._fetched.pop(key) if key in self._fetched else self.get(key)
        if value is not None:
            return value
        token = self.hold()
        value = create()
        if value is not None:
            self.put(key, value, ttl or self._ttl, (*tags, *learned()), token)
        return value

    def get_or_create_many(
        self, makers: Mapping[str, Callable[[], Any]], ttl: int
    ) -> dict[str, Any]:
        """The copies under the keys of what never changes, found and kept in a round trip each."""
        if not makers:
            return {}
        keys = list(makers)
        found = dict(zip(keys, self.get_many(*keys), strict=True))
        made = {key: makers[key]() for key in keys if found[key] is None}
        found.update(made)
        kept = {key: value for key, value in made.items() if value is not None}
        if kept:
            self._note("set", kept)
            self._cache.keep(kept, ttl)
        return found

    def prefetch(self, *keys: str) -> None:
        """Look keys up in one round trip, for the calls of :meth:`get_or_create` to come."""
        self._fetched.update(zip(keys, self.get_many(*keys), strict=True))

    def fetched(self, key: str, value: Any) -> None:
        """Note what was fetched already in somebody's round trip."""
        self._fetched[key] = value

    def get(self, key: str) -> Any:
        """The copy under the key, or None."""
        return self.get_many(key)[0]

    def get_many(self, *keys: str) -> list[Any]:
        """The copies under the keys, None for those that there are none of."""
        self._note("get", keys)
        found: list[Any] = self._cache.get_many(keys)
        return found

    def put(self, key: str, value: Any, ttl: int, tags: Iterable[str], token: int) -> None:
        """Keep a copy that was read after the token was taken."""
        self._note("set", (key,))
        self._cache.put(key, value, ttl, tags, token)

    def token(self) -> int:
        """A token of this moment, for what is read in a transaction of its own."""
        token: int = self._cache.token()
        return token

    def hold(self) -> int:
        """The token of the moment before the request first read the database.

        All of its copies are made with it, so that whoever commits meanwhile wins: rows that were
        read for one copy are used for the next, and SQLite's transactions see one snapshot.
        """
        if self._held is None:
            self._held = self.token()
        return self._held

    def invalidate(self, *tags: str) -> None:
        """Drop the copies that carry the tags, after the commit."""
        self._note("delete", tags)
        if not self._changed:
            self._request.tm.get().addAfterCommitHook(self._committed)
        self._changed.update(tags)

    def invalidate_now(self, *tags: str) -> None:
        """Drop the copies that carry the tags, which a transaction of its own has changed."""
        self._note("delete now", tags)
        self._cache.invalidate(tags)

    def touched(self, *, committed: bool) -> dict[str, list[str]]:
        """The keys that the request touched by operation, each once, in their order.

        Under ``delete`` are the tags whose copies are dropped: with the commit, or at once.
        """
        touched = dict(self._touched)
        with_commit = touched.pop("delete", {}) if committed else {}
        touched.pop("delete", None)
        deleted = {**touched.pop("delete now", {}), **with_commit}
        if deleted:
            touched["delete"] = deleted
        return {operation: list(keys) for operation, keys in touched.items()}

    def _note(self, operation: str, keys: Iterable[str]) -> None:
        self._touched.setdefault(operation, {}).update(dict.fromkeys(keys))

    def _committed(self, success: bool) -> None:
        if success:
            self._cache.invalidate(self._changed)
        self._changed = set()
