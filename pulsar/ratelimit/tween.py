"""The tween that turns away those who ask too often, before a transaction begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from pyramid.request import Request
from pyramid.response import Response
from redis.exceptions import RedisError

from ..errors import RateLimited, Unauthorized, Unavailable
from ..interfaces import IRateLimiter
from ..security import Identity
from .limits import Limit, Rules, Verdict

log = structlog.get_logger(__name__)

_Hit = tuple[Limit, str]


def rate_limit(
    handler: Callable[[Request], Response], registry: Any
) -> Callable[[Request], Response]:
    """Identify the caller, count the request, and go on or raise RateLimited."""
    settings = registry.settings
    limiter = registry.getUtility(IRateLimiter)
    rules = Rules(registry)
    anonymous: Limit = settings["pulsar.rate_limit_anonymous"]

    def count(hits: list[_Hit], *, closed: bool) -> Verdict | None:
        """Count the hits; without Redis members go on, and what guesses secrets does not."""
        try:
            verdicts = limiter.hit(hits)
        except RedisError as error:
            log.warning("rate limiter away", error=type(error).__name__)
            if closed:
                raise Unavailable from error
            return None
        for verdict, (_, key) in zip(verdicts, hits, strict=False):
            if verdict.exceeded:
                who = key.partition(":")[0]
                raise RateLimited(
                    f"{who} rate limit exceeded. {verdict.reset} seconds until lock expires.",
                    headers={"Retry-After": str(verdict.reset), **headers(verdict)},
                )
        return min(verdicts, key=lambda verdict: verdict.remaining)

    def members(identity: Identity) -> list[_Hit]:
        return [
            (settings["pulsar.rate_limit_key"], f"Client:{identity.key_hash}"),
            (settings["pulsar.rate_limit_user"], f"User:{identity.user_id}"),
        ]

    def rate_limit_tween(request: Request) -> Response:
        rule = rules.covering(request.method, request.environ.get("PATH_INFO", ""))
        if rule is not None and rule.limit is None:
            return handler(request)
        strict = rule.limit if rule is not None else None
        address = request.remote_addr or "unknown"
        try:
            identity = request.identity
        except Unauthorized:
            # Guessing keys costs as much as having none.
            count([(anonymous, f"Unauthenticated:{address}")], closed=True)
            raise
        if rule is not None and strict is not None:
            verdict = count([(strict, f"{rule.name}:{address}")], closed=True)
        elif identity is not None:
            verdict = count(members(identity), closed=False)
        else:
            verdict = count([(anonymous, f"Unauthenticated:{address}")], closed=False)
        response = handler(request)
        if verdict is not None:
            # No view sets these, so that none has to be looked for and replaced.
            response.headerlist.extend(headers(verdict).items())
        return response

    def unlimited(request: Request) -> Response:
        if not rules.exempts(request.method, request.environ.get("PATH_INFO", "")):
            request.identity  # noqa: B018  # a wrong key is refused before the transaction begins
        return handler(request)

    return rate_limit_tween if settings["pulsar.rate_limits"] else unlimited


def headers(verdict: Verdict) -> dict[str, str]:
    """The ``RateLimit-*`` headers that tell programs how fast they may go."""
    return {
        "RateLimit-Limit": str(verdict.limit.amount),
        "RateLimit-Remaining": str(verdict.remaining),
        "RateLimit-Reset": str(verdict.reset),
    }
