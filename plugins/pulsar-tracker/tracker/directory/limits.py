"""Limits of wrong look-ups by network, in bounded memory."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from pulsar.settings.limit import Limit

#: The number of networks and of wrong values that are remembered; the oldest is dropped first.
_MOST = 10_000


class WrongLookups:
    """Counts each wrong value once per period, by the network that it came from.

    An IPv4 address is a network of its own, and so is an IPv6 /64. Without a limit, nothing is
    counted.
    """

    def __init__(
        self,
        limit: Limit | None,
        remember: float,
        clock: Callable[[], float] = time.monotonic,
        most: int = _MOST,
    ) -> None:
        self._limit = limit
        self._remember = remember
        self._clock = clock
        self._most = most
        # Both are in the order of their ends, because all periods have the same length.
        self._values: dict[bytes, float] = {}
        self._networks: dict[bytes, tuple[float, int]] = {}

    def count(self, value: bytes, address: bytes) -> float | None:
        """Count a wrong value; return the seconds to wait if the network sent too many of them.

        A value that was counted a moment ago is not counted again, wherever it came from.
        """
        if self._limit is None:
            return None
        now = self._clock()
        if self._values.get(value, now) > now:
            return None
        network = address if len(address) == 4 else address[:8]
        ends, number = self._networks.get(network, (now, 0))
        if ends <= now:
            self._networks.pop(network, None)
            ends, number = now + self._limit.seconds, 0
        if number >= self._limit.amount:
            return ends - now
        self._networks[network] = (ends, number + 1)
        self._values.pop(value, None)
        self._values[value] = now + self._remember
        self._shrink(now)
        return None

    def _shrink(self, now: float) -> None:
        """Drop the oldest entry of each if it has ended or there are too many."""
        oldest = next(iter(self._values))
        if self._values[oldest] <= now or len(self._values) > self._most:
            del self._values[oldest]
        first = next(iter(self._networks))
        if self._networks[first][0] <= now or len(self._networks) > self._most:
            del self._networks[first]


def minutes(seconds: float) -> int:
    """Whole minutes, as refusals tell them."""
    return max(1, math.ceil(seconds / 60))
