"""Counting in Redis, for all processes, in one round trip."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from redis import Redis
from zope.interface import implementer

from ..interfaces import IRateLimiter
from ..settings.limit import Limit
from .limits import Verdict

# KEYS: counters; ARGV: amount and milliseconds of each. Returns count and time left of each hit.
_HIT = """
local found = {}
for i, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  local left = redis.call('PTTL', key)
  if left < 0 then
    left = tonumber(ARGV[2 * i])
    redis.call('PEXPIRE', key, left)
  end
  found[#found + 1] = count
  found[#found + 1] = left
  if count > tonumber(ARGV[2 * i - 1]) then break end
end
return found
"""


@implementer(IRateLimiter)
class RedisRateLimiter:
    """Fixed windows in Redis; raises RedisError if it is unavailable.

    A request counts against its key and then its member, and must not count for the member if the
    key is over its limit.
    """

    def __init__(self, url: str, prefix: str) -> None:
        self._redis: Redis = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1)
        self._prefix = prefix
        self._script = self._redis.register_script(_HIT)

    def hit(self, hits: Iterable[tuple[Limit, str]]) -> list[Verdict]:
        """Count the hits in order until one is exceeded."""
        hit_list = list(hits)
        counted: Any = self._script(
            keys=[self._name(limit, key) for limit, key in hit_list],
            args=[
                number for limit, _ in hit_list for number in (limit.amount, limit.seconds * 1000)
            ],
        )
        return [
            Verdict(
                limit,
                max(0, limit.amount - count),
                max(1, math.ceil(left / 1000)),
                count > limit.amount,
            )
            for (limit, _), count, left in zip(hit_list, counted[::2], counted[1::2], strict=False)
        ]

    def peek(self, limit: Limit, key: str) -> Verdict:
        """Return the verdict on the next hit without counting it."""
        name = self._name(limit, key)
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.get(name)
        pipeline.pttl(name)
        count, left = pipeline.execute()
        count, left = int(count or 0), left if left > 0 else limit.seconds * 1000
        remaining = max(0, limit.amount - count)
        return Verdict(limit, remaining, max(1, math.ceil(left / 1000)), count >= limit.amount)

    def clear(self) -> None:
        for name in self._redis.scan_iter(f"{self._prefix}r:*", count=1000):
            self._redis.delete(name)

    def _name(self, limit: Limit, key: str) -> str:
        return f"{self._prefix}r:{key}/{limit.seconds}"
