"""Connection ids of the UDP protocol: proof that a client receives what is sent to its address."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from hashlib import blake2b

_SHIFT = 6  # windows of 64 seconds
_LENGTH = 8


class ConnectionIds:
    """Ids that are made of the address and the time, so that none is stored.

    An id is valid until the end of the window after the one in which it was made: for one to two
    minutes (BEP 15). Processes with the same secret, of at most 64 bytes, accept each other's ids.
    """

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._clock = clock

    def make(self, address: bytes) -> bytes:
        """The id of a packed address: 8 bytes."""
        return self._of(address, self._window())

    def check(self, address: bytes, connection: bytes) -> bool:
        """Whether the id was made for the address lately."""
        window = self._window()
        return hmac.compare_digest(self._of(address, window), connection) or hmac.compare_digest(
            self._of(address, window - 1), connection
        )

    def _window(self) -> int:
        return int(self._clock()) >> _SHIFT

    def _of(self, address: bytes, window: int) -> bytes:
        text = window.to_bytes(8, "big") + address
        return blake2b(text, digest_size=_LENGTH, key=self._secret).digest()
