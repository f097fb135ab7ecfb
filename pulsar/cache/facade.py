"""The cache as one request sees it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from zope.interface import Interface

from ..interfaces import ICache
from ..request import Request
from ..serialization.audience import audience
from ..serialization.encoding import Prepared
from ..settings import CoreSettings
from .making import Making


class RequestCache:
    """Reads through the cache, and drops copies of data that the request changed, after its commit.

    Within a request that changed a tag, copies with that tag are neither read nor stored: they
    would contain data that may still be rolled back.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._cache = request.find_service(ICache)
        self._ttl: int = CoreSettings.cache_ttl.of(request.registry)
        self._changed: set[str] = set()
        self._held: int | None = None
        self._fetched: dict[str, Any] = {}
        self._making: list[Making] = []
        self._touched: dict[str, dict[str, None]] = {}

    def get_or_create(
        self,
        key: str,
        create: Callable[[], Any],
        tags: Iterable[str],
        ttl: int | None = None,
    ) -> Any:
        """The copy under the key, created by ``create`` if there is none.

        Tags that are only known while the value is created are added with :meth:`depends`.
        """
        tags = tuple(tags)
        value = self._find(key, tags)
        return self._create(key, create, tags, ttl or self._ttl) if value is None else value

    def page_key(
        self,
        content: type[Interface],
        *parts: object,
        only: tuple[str, ...] | None = None,
        own: bool = True,
    ) -> str:
        """The key of a copy for all callers who see the content in the same way.

        ``only`` and ``own`` are as for :func:`~pulsar.serialization.audience`.
        """
        return ":".join(["page", *map(str, parts), audience(self._request, content, only, own=own)])

    def page(self, key: str, show: Callable[[], Any], tags: Iterable[str]) -> Prepared:
        """The JSON of what ``show`` returns, from the copy under the key if there is one.

        The copy also has the tags that serializers return for the content in it, such as members.
        """

        def create() -> tuple[str, bytes, float | None]:
            return *Prepared.of(show()).kept, self._making[-1].until

        tags = tuple(tags)
        copy = self._find(key, tags)
        if copy is None or (copy[2] is not None and copy[2] <= time.time()):
            copy = self._create(key, create, tags, self._ttl)
        return Prepared(*copy[:2])

    def depends(self, *tags: str) -> None:
        """Add the tags to the copy that is being created, if any."""
        if self._making:
            self._making[-1].tags.update(dict.fromkeys(tags))

    def expires(self, moment: datetime) -> None:
        """Keep the copy that is being created, if any, no longer than until the moment."""
        if self._making:
            self._making[-1].expire(moment.timestamp())

    def _find(self, key: str, tags: tuple[str, ...]) -> Any:
        """The copy under the key, or None; copies of data that the request changed are not read."""
        # This copy may become part of another one.
        self.depends(*tags)
        if self._changed and not self._changed.isdisjoint(tags):
            return None
        return self._fetched.pop(key) if key in self._fetched else self.get(key)

    def _create(self, key: str, create: Callable[[], Any], tags: tuple[str, ...], ttl: int) -> Any:
        """The new value, stored unless the request has changed the data it was made from."""
        token = self.hold()
        making = Making(tags)
        self._making.append(making)
        try:
            value = create()
        finally:
            self._making.pop()
        if self._making:
            self._making[-1].include(making)
        seconds = making.lifetime(ttl)
        if value is not None and seconds and self._changed.isdisjoint(making.tags):
            self.put(key, value, seconds, making.tags, token)
        return value

    def get_or_create_many(
        self, makers: Mapping[str, Callable[[], Any]], ttl: int
    ) -> dict[str, Any]:
        """The copies of data that never changes, read in one round trip and stored in another."""
        if not makers:
            return {}
        keys = list(makers)
        values = dict(zip(keys, self.get_many(*keys), strict=True))
        created = {key: makers[key]() for key in keys if values[key] is None}
        values.update(created)
        storable = {key: value for key, value in created.items() if value is not None}
        if storable:
            self._note("set", storable)
            self._cache.keep(storable, ttl)
        return values

    def prefetch(self, *keys: str) -> None:
        """Read keys in one round trip, for later calls of :meth:`get_or_create`."""
        self._fetched.update(zip(keys, self.get_many(*keys), strict=True))

    def fetched(self, key: str, value: Any) -> None:
        """Add a copy that was already fetched in another round trip."""
        self._fetched[key] = value

    def get(self, key: str) -> Any:
        """Return the copy under the key, or None."""
        return self.get_many(key)[0]

    def get_many(self, *keys: str) -> list[Any]:
        """Return the copies under the keys, None for each that does not exist."""
        self._note("get", keys)
        values: list[Any] = self._cache.get_many(keys)
        return values

    def put(self, key: str, value: Any, ttl: int, tags: Iterable[str], token: int) -> None:
        """Store a copy of data that was read after the token was taken."""
        self._note("set", (key,))
        self._cache.put(key, value, ttl, tags, token)

    def token(self) -> int:
        """A token of the current moment, for data that is read in a separate transaction."""
        token: int = self._cache.token()
        return token

    def hold(self) -> int:
        """The token of the moment before the request first read the database.

        All copies of the request use it, so that invalidations by concurrent commits win: rows that
        were read for one copy are reused for the next, and SQLite's transactions see one snapshot.
        """
        if self._held is None:
            self._held = self.token()
        return self._held

    def invalidate(self, *tags: str) -> None:
        """Drop the copies with the tags, after the commit."""
        self._note("delete", tags)
        if not self._changed:
            self._request.tm.get().addAfterCommitHook(self._committed)
        self._changed.update(tags)

    def invalidate_now(self, *tags: str) -> None:
        """Drop the copies with the tags immediately, after a change in a separate transaction."""
        self._note("delete now", tags)
        self._cache.invalidate(tags)

    def touched(self, *, committed: bool) -> dict[str, list[str]]:
        """The keys that the request used, by operation, without duplicates, in their order.

        ``delete`` has the tags whose copies are dropped, with the commit or immediately.
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
