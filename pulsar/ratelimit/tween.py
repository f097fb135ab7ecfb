"""The tween that turns away those who ask too often, before a transaction begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from pyramid.response import Response
from redis.exceptions import RedisError

from ..errors import Forbidden, Unauthorized, Unavailable
from ..interfaces import IGuesses, IIdentitySource, IRateLimiter
from ..metrics import count as count_metric
from ..network import network_of
from ..registry import Registry
from ..request import Request
from ..settings import CoreSettings
from ..settings.limit import Limit
from .guesses import exceeded, headers
from .limits import Rules, Verdict

log = structlog.get_logger(__name__)

_Hit = tuple[Limit, str]


def rate_limit(
    handler: Callable[[Request], Response], registry: Registry
) -> Callable[[Request], Response]:
    """Count the request, identify the caller, and go on or raise RateLimited.

    What can be counted without the database is counted before it is asked: everything of callers
    whose credential was right before, so that those who are over a limit cost no SQL.
    """
    settings = registry.settings
    limiter = registry.getUtility(IRateLimiter)
    rules = Rules(registry)
    anonymous: Limit = CoreSettings.rate_limit_anonymous.read(settings)

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
                name = key.partition(":")[0]
                count_metric(registry, "rate_limited_requests", name)
                raise exceeded(name, verdict)
        return min(verdicts, key=lambda verdict: verdict.remaining)

    def count_member(credential: str, user_id: int) -> Verdict | None:
        hits = [
            (CoreSettings.rate_limit_key.read(settings), f"Client:{credential}"),
            (CoreSettings.rate_limit_user.read(settings), f"User:{user_id}"),
        ]
        return count(hits, closed=False)

    def identify(request: Request, unauthenticated: _Hit) -> Any:
        try:
            return request.identity
        except (Unauthorized, Forbidden):
            # Guessing keys, and being disabled, costs as much as having none.
            count([unauthenticated], closed=True)
            raise

    def count_request(request: Request) -> Verdict | None:
        """What is left to the caller. Raises RateLimited, or what keeps the caller out."""
        rule = rules.covering(request.method, request.environ.get("PATH_INFO", ""))
        if rule is not None and rule.limit is None:
            return None
        network = network_of(request.remote_addr)
        unauthenticated = (anonymous, f"Unauthenticated:{network}")
        if rule is not None and rule.limit is not None:
            verdict = count([(rule.limit, f"{rule.name}:{network}")], closed=True)
            identify(request, unauthenticated)
            return verdict
        credential = registry.getUtility(IIdentitySource).credential(request)
        if credential is None:
            return count([unauthenticated], closed=False)
        guesses = registry.getUtility(IGuesses)
        user_id = guesses.holder(credential)
        if user_id is not None:
            verdict = count_member(credential, user_id)
            identify(request, unauthenticated)
            return verdict
        user_id = identify(request, unauthenticated).user_id
        guesses.right(credential, user_id)
        return count_member(credential, user_id)

    def rate_limit_tween(request: Request) -> Response:
        verdict = count_request(request)
        response = handler(request)
        if verdict is not None:
            # No view sets these, so that none has to be looked for and replaced.
            response.headerlist.extend(headers(verdict).items())
        return response

    def unlimited(request: Request) -> Response:
        if not rules.exempts(request.method, request.environ.get("PATH_INFO", "")):
            request.identity  # noqa: B018  # a wrong key is refused before the transaction begins
        return handler(request)

    return rate_limit_tween if CoreSettings.rate_limits.read(settings) else unlimited
