"""Wrong credentials: limited by network, and remembered so that a repetition needs no SQL."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from redis.exceptions import RedisError
from zope.interface import implementer

from ..cache import MemoryCache
from ..errors import RateLimited
from ..interfaces import IGuesses
from ..settings.limit import Limit
from .limits import Verdict
from .memory import MemoryRateLimiter
from .redis import RedisRateLimiter

log = structlog.get_logger(__name__)

#: The number of remembered credentials in each process; the least recently used is dropped first.
_RIGHT, _WRONG = 20_000, 10_000
#: How long they are remembered, in seconds. A wrong credential never becomes right, since nobody
#: can know one of 128 random bits or more before it is created.
_RIGHT_FOR, _WRONG_FOR = 86_400, 300


@implementer(IGuesses)
class Guesses:
    """Counts each wrong credential once per period; without a limit it only remembers them."""

    def __init__(
        self,
        limiter: MemoryRateLimiter | RedisRateLimiter,
        limit: Limit | None,
        count_wrong: Callable[[], None],
    ) -> None:
        self._limiter = limiter
        self._limit = limit
        self._count_wrong = count_wrong
        self._right = MemoryCache(_RIGHT)
        self._wrong = MemoryCache(_WRONG)

    def holder(self, credential: str) -> int | None:
        """Return the id of the member whose credential this was at the last look-up."""
        user_id: int | None = self._right.get(credential)
        return user_id

    def was_wrong(self, credential: str) -> bool:
        """Return whether the credential was recently wrong."""
        return self._wrong.get(credential) is not None

    def require_open(self, credential: str, network: str) -> None:
        """Raise RateLimited if the network sent too many wrong ones and this one was never right.

        While Redis is unavailable, credentials are looked up anyway, or nobody could log in.
        """
        if self._limit is None or self.holder(credential) is not None:
            return
        try:
            verdict = self._limiter.peek(self._limit, _window(network))
        except RedisError as error:
            log.warning("rate limiter away", error=type(error).__name__)
            return
        if verdict.exceeded:
            raise exceeded("Unauthenticated", verdict)

    def right(self, credential: str, user_id: int) -> None:
        """Remember to whom the credential belongs."""
        self._right.keep({credential: user_id}, _RIGHT_FOR)

    def wrong(self, credential: str, network: str) -> None:
        """Remember that the credential is invalid, even if it was valid before, and count it."""
        self._right.forget(credential)
        self._wrong.keep({credential: True}, _WRONG_FOR)
        self._count_wrong()
        if self._limit is None:
            return
        try:
            self._limiter.hit([(self._limit, _window(network))])
        except RedisError as error:
            log.warning("rate limiter away", error=type(error).__name__)


def _window(network: str) -> str:
    return f"Guesses:{network}"


def exceeded(who: str, verdict: Verdict) -> RateLimited:
    """The error that names the exceeded limit."""
    return RateLimited(
        f"{who} rate limit exceeded. {verdict.reset} seconds until lock expires.",
        headers={"Retry-After": str(verdict.reset), **headers(verdict)},
    )


def headers(verdict: Verdict) -> dict[str, str]:
    """The ``RateLimit-*`` headers, from which programs learn how many requests they may send."""
    return {
        "RateLimit-Limit": str(verdict.limit.amount),
        "RateLimit-Remaining": str(verdict.remaining),
        "RateLimit-Reset": str(verdict.reset),
    }
