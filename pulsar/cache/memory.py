"""The cache inside one process, for the embedded default."""

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

#: When it expires, its value encoded, and its tags.
_Entry = tuple[float, bytes, tuple[str, ...]]
_DROPPED_MEANWHILE = suppress(KeyError)


@implementer(ICache)
class MemoryCache:
    """Entries in order of use; the least recently used goes when ``size`` is exceeded.

    Values are kept encoded, so that no caller can change another one's copy, and so that what
    works here works with Redis too.
    """

    def __init__(self, size: int = 50_000) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._keys_of: dict[str, set[str]] = {}
        self._invalidated: OrderedDict[str, int] = OrderedDict()
        self._clock = 0
        self._forgotten = 0
        #: How many lookups found something, and how many did not.
        self.hits = self.misses = 0

    def get(self, key: str) -> Any:
        """The value, None where there is none."""
        # Without the lock, since each of these is one step of the interpreter: threads that meet at
        # a lock go on meeting there, and spend more time in waking each other than in reading.
        entry = self._entries.get(key)
        if entry is None or entry[0] <= time.monotonic():
            self.misses += 1
            return None
        self.hits += 1
        with _DROPPED_MEANWHILE:
            self._entries.move_to_end(key)
        return msgspec.msgpack.decode(entry[1])

    def get_many(self, keys: Iterable[str]) -> list[Any]:
        """The values, None for those that there are none of."""
        return [self.get(key) for key in keys]

    def token(self) -> int:
        """The number of invalidations so far."""
        return self._clock

    def put(self, key: str, value: Any, ttl: int, tags: Iterable[str], token: int) -> None:
        """Keep the value unless one of its tags was invalidated since the token."""
        encoded = msgspec.msgpack.encode(value)
        tags = tuple(tags)
        with self._lock:
            if token < self._forgotten or any(
                self._invalidated.get(tag, 0) > token for tag in tags
            ):
                return
            self._add(key, (time.monotonic() + ttl, encoded, tags))

    def keep(self, values: Mapping[str, Any], ttl: int) -> None:
        """Keep values that never become untrue."""
        encoded = {key: msgspec.msgpack.encode(value) for key, value in values.items()}
        with self._lock:
            for key, value in encoded.items():
                self._add(key, (time.monotonic() + ttl, value, ()))

    def forget(self, key: str) -> None:
        """Drop what is kept under the key."""
        with self._lock:
            self._drop(key)

    def invalidate(self, tags: Iterable[str]) -> None:
        """Drop what carries one of the tags, and what is being made of older data."""
        with self._lock:
            self._clock += 1
            for tag in tags:
                self._invalidated[tag] = self._clock
                self._invalidated.move_to_end(tag)
                for key in tuple(self._keys_of.get(tag, ())):
                    self._drop(key)
            while len(self._invalidated) > self._size:
                # Tokens from before this moment can no longer be judged, so they count as stale.
                _, self._forgotten = self._invalidated.popitem(last=False)

    def clear(self) -> None:
        """Drop everything, and what is being made."""
        with self._lock:
            self._clock += 1
            self._forgotten = self._clock
            self._entries.clear()
            self._keys_of.clear()

    def ping(self) -> None:
        """The process's own memory always answers."""

    def _add(self, key: str, entry: _Entry) -> None:
        self._drop(key)
        self._entries[key] = entry
        for tag in entry[2]:
            self._keys_of.setdefault(tag, set()).add(key)
        while len(self._entries) > self._size:
            # In one step, since readers move entries meanwhile.
            self._unlist(*self._entries.popitem(last=False))

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._unlist(key, entry)

    def _unlist(self, key: str, entry: _Entry) -> None:
        """Let no tag lead to an entry that is gone."""
        for tag in entry[2]:
            keys = self._keys_of[tag]
            keys.discard(key)
            if not keys:
                del self._keys_of[tag]
