"""Wrong credentials: limited by network, and remembered, so that they cost no SQL again."""

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

#: Credentials that are remembered in each process, the least recently used forgotten first.
_RIGHT, _WRONG = 20_000, 10_000
#: How long, in seconds. A credential that was wrong never becomes right, since nobody can know one
#: of 128 random bits or more before it was made.
_RIGHT_FOR, _WRONG_FOR = 86_400, 300


@implementer(IGuesses)
class Guesses:
    """Counts each wrong credential once in a while; with no limit they are only remembered."""

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
        """The id of the member whose credential this was when it was last looked up."""
        user_id: int | None = self._right.get(credential)
        return user_id

    def was_wrong(self, credential: str) -> bool:
        """Whether it was found to be wrong a moment ago."""
        return self._wrong.get(credential) is not None

    def require_open(self, credential: str, network: str) -> None:
        """Raise RateLimited where the network sent too many wrong ones, and never this one right.

        While Redis is away credentials are looked up all the same, or nobody could come in.
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
        """Remember whose credential it is."""
        self._right.keep({credential: user_id}, _RIGHT_FOR)

    def wrong(self, credential: str, network: str) -> None:
        """Remember that the credential is nobody's, also if it was somebody's, and count it."""
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
    """The error that tells somebody of the limit that they exceeded."""
    return RateLimited(
        f"{who} rate limit exceeded. {verdict.reset} seconds until lock expires.",
        headers={"Retry-After": str(verdict.reset), **headers(verdict)},
    )


def headers(verdict: Verdict) -> dict[str, str]:
    """The ``RateLimit-*`` headers that tell programs how fast they may go."""
    return {
        "RateLimit-Limit": str(verdict.limit.amount),
        "RateLimit-Remaining": str(verdict.remaining),
        "RateLimit-Reset": str(verdict.reset),
    }
