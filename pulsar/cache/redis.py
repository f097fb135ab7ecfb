"""The cache that is shared by processes and machines."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import structlog
from redis import Redis
from redis.exceptions import RedisError
from zope.interface import implementer

from ..interfaces import ICache

log = structlog.get_logger(__name__)

#: Longer than any request runs: older invalidations need not stop a :meth:`RedisCache.put`.
_REMEMBER = 600

# KEYS: entry, tag versions...; ARGV: token, ttl, value, tag sets...
_PUT = """
for i = 2, #KEYS do
  local version = redis.call('GET', KEYS[i])
  if version and tonumber(version) > tonumber(ARGV[1]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[2])
for i = 4, #ARGV do
  redis.call('SADD', ARGV[i], KEYS[1])
  redis.call('EXPIRE', ARGV[i], ARGV[2], 'NX')
  redis.call('EXPIRE', ARGV[i], ARGV[2], 'GT')
end
return 1
"""

# The clock counts microseconds, so that it never runs back, even if Redis lost its data.
# KEYS: clock; ARGV: seconds to remember, then pairs of tag version, tag set
_INVALIDATE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local clock = math.max(now, (tonumber(redis.call('GET', KEYS[1])) or 0) + 1)
redis.call('SET', KEYS[1], clock)
for i = 2, #ARGV, 2 do
  redis.call('SET', ARGV[i], clock, 'EX', ARGV[1])
  for _, key in ipairs(redis.call('SMEMBERS', ARGV[i + 1])) do redis.call('DEL', key) end
  redis.call('DEL', ARGV[i + 1])
end
return clock
"""


@implementer(ICache)
class RedisCache:
    """Entries and their tags in Redis; reading is one round trip.

    While Redis is unavailable, nothing is found or stored, and invalidations are remembered. They
    are applied before the first read after its return, since a restarted Redis may still have the
    copies that they should drop.
    """

    def __init__(self, url: str, prefix: str) -> None:
        self._redis: Redis = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1)
        self._prefix = prefix
        self._put = self._redis.register_script(_PUT)
        self._invalidate = self._redis.register_script(_INVALIDATE)
        self._owed: set[str] = set()
        #: The numbers of lookups that found a value, and of those that did not.
        self.hits = self.misses = 0
        self._owed_lock = threading.Lock()

    def get(self, key: str) -> Any:
        """The value, None if there is none or Redis is unavailable."""
        return self.get_many((key,))[0]

    def get_many(self, keys: Iterable[str]) -> list[Any]:
        """The values, with None for missing ones and while Redis is unavailable."""
        names = [f"{self._prefix}c:{key}" for key in keys]
        try:
            if self._owed:
                self._pay()
            packed_values: Any = self._redis.mget(names)
        except RedisError as error:
            self._away(error)
            return [None] * len(names)
        missed = packed_values.count(None)
        self.misses += missed
        self.hits += len(packed_values) - missed
        return [
            None if packed is None else msgspec.msgpack.decode(packed) for packed in packed_values
        ]

    def token(self) -> int:
        """The clock's value; -1, with which nothing is stored, if Redis is unavailable."""
        try:
            return int(self._redis.get(self._prefix + "clock") or 0)
        except RedisError as error:
            self._away(error)
            return -1

    def put(self, key: str, value: Any, ttl: int, tags: Iterable[str], token: int) -> None:
        """Store the value unless one of its tags was invalidated since the token."""
        if token < 0:
            return
        tags = tuple(tags)
        keys = [self._prefix + "c:" + key, *(f"{self._prefix}v:{tag}" for tag in tags)]
        sets = [f"{self._prefix}t:{tag}" for tag in tags]
        try:
            self._put(keys=keys, args=[token, ttl, msgspec.msgpack.encode(value), *sets])
        except RedisError as error:
            self._away(error)

    def keep(self, values: Mapping[str, Any], ttl: int) -> None:
        """Store values that never become outdated, unless Redis is unavailable."""
        pipeline = self._redis.pipeline(transaction=False)
        for key, value in values.items():
            pipeline.set(f"{self._prefix}c:{key}", msgspec.msgpack.encode(value), ex=ttl)
        try:
            pipeline.execute()
        except RedisError as error:
            self._away(error)

    def invalidate(self, tags: Iterable[str]) -> None:
        """Drop entries with one of the tags, immediately or as soon as Redis is back."""
        with self._owed_lock:
            self._owed.update(tags)
        try:
            self._pay()
        except RedisError as error:
            self._away(error)

    def clear(self) -> None:
        """Drop every entry. Tags and the clock stay, so that no outdated copy is stored."""
        for key in self._redis.scan_iter(f"{self._prefix}c:*", count=1000):
            self._redis.delete(key)

    def ping(self) -> None:
        """Raise RedisError if Redis is unavailable."""
        self._redis.ping()

    def _pay(self) -> None:
        with self._owed_lock:
            owed = tuple(self._owed)
            pairs = [
                name
                for tag in owed
                for name in (f"{self._prefix}v:{tag}", f"{self._prefix}t:{tag}")
            ]
            if pairs:
                self._invalidate(keys=[self._prefix + "clock"], args=[_REMEMBER, *pairs])
            self._owed.difference_update(owed)

    @staticmethod
    def _away(error: RedisError) -> None:
        log.warning("cache away", error=type(error).__name__)
