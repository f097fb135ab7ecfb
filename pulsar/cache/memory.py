"""The cache inside one process, which is the default."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import msgspec
from zope.interface import implementer

from ..interfaces import ICache

#: The moment of expiry, the encoded value, and the tags.
_Entry = tuple[float, bytes, tuple[str, ...]]
_DROPPED_MEANWHILE = suppress(KeyError)


@implementer(ICache)
class MemoryCache:
    """Entries in order of use; the least recently used is dropped if ``size`` is exceeded.

    Values are stored encoded, so that no caller can change another one's copy, and so that the same
    types work as with Redis.
    """

    def __init__(self, size: int = 50_000) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._keys_of: dict[str, set[str]] = {}
        self._invalidated: OrderedDict[str, int] = OrderedDict()
        self._clock = 0
        self._forgotten = 0
        #: The numbers of lookups that found a value, and of those that did not.
        self.hits = self.misses = 0

    def get(self, key: str) -> Any:
        """The value, None if there is none."""
        # Without the lock, since each of these steps is atomic in the interpreter. Threads that
        # contend for a lock would spend more time on waking each other than on reading.
        entry = self._entries.get(key)
        if entry is None or entry[0] <= time.monotonic():
            self.misses += 1
            return None
        self.hits += 1
        with _DROPPED_MEANWHILE:
            self._entries.move_to_end(key)
        return msgspec.msgpack.decode(entry[1])

    def get_many(self, keys: Iterable[str]) -> list[Any]:
        """The values, with None for missing ones."""
        return [self.get(key) for key in keys]

    def token(self) -> int:
        """The number of invalidations so far."""
        return self._clock

    def put(self, key: str, value: Any, ttl: int, tags: Iterable[str], token: int) -> None:
        """Store the value unless one of its tags was invalidated since the token."""
        encoded = msgspec.msgpack.encode(value)
        tags = tuple(tags)
        with self._lock:
            if token < self._forgotten or any(
                self._invalidated.get(tag, 0) > token for tag in tags
            ):
                return
            self._add(key, (time.monotonic() + ttl, encoded, tags))

    def keep(self, values: Mapping[str, Any], ttl: int) -> None:
        """Store values that never become outdated."""
        encoded = {key: msgspec.msgpack.encode(value) for key, value in values.items()}
        with self._lock:
            for key, value in encoded.items():
                self._add(key, (time.monotonic() + ttl, value, ()))

    def forget(self, key: str) -> None:
        """Drop the entry under the key."""
        with self._lock:
            self._drop(key)

    def invalidate(self, tags: Iterable[str]) -> None:
        """Drop entries with one of the tags, and prevent those made from older data."""
        with self._lock:
            self._clock += 1
            for tag in tags:
                self._invalidated[tag] = self._clock
                self._invalidated.move_to_end(tag)
                for key in tuple(self._keys_of.get(tag, ())):
                    self._drop(key)
            while len(self._invalidated) > self._size:
                # Tokens from before this moment cannot be checked any more, so they count as
                # outdated.
                _, self._forgotten = self._invalidated.popitem(last=False)

    def clear(self) -> None:
        """Drop all entries, and prevent those that are being made."""
        with self._lock:
            self._clock += 1
            self._forgotten = self._clock
            self._entries.clear()
            self._keys_of.clear()

    def ping(self) -> None:
        """Do nothing, since the process's own memory is always available."""

    def _add(self, key: str, entry: _Entry) -> None:
        self._drop(key)
        self._entries[key] = entry
        for tag in entry[2]:
            self._keys_of.setdefault(tag, set()).add(key)
        while len(self._entries) > self._size:
            # In one step, since readers move entries at the same time.
            self._unlist(*self._entries.popitem(last=False))

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._unlist(key, entry)

    def _unlist(self, key: str, entry: _Entry) -> None:
        """Remove a dropped entry from the index of its tags."""
        for tag in entry[2]:
            keys = self._keys_of[tag]
            keys.discard(key)
            if not keys:
                del self._keys_of[tag]
