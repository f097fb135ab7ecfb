"""The tweens that refuse callers with too many requests, before a transaction begins.

The caller is identified between the two tweens, see :mod:`pulsar.apikeys.authenticate`.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from pyramid.response import Response
from redis.exceptions import RedisError

from ..errors import Forbidden, Unauthorized, Unavailable
from ..interfaces import IGuesses, IIdentitySource, IRateLimiter, IRateLimitRule
from ..metrics import count as count_metric
from ..network import network_of
from ..registry import Registry
from ..request import Request
from ..settings import CoreSettings
from ..settings.limit import Limit
from .guesses import exceeded, headers
from .limits import Rules, Verdict

log = structlog.get_logger(__name__)

_Handler = Callable[[Request], Response]
_Hit = tuple[Limit, str]
#: Marks a request whose credential is counted after its owner is known.
_NEW = "pulsar.ratelimit.new_credential"


def rate_limit(handler: _Handler, registry: Registry) -> _Handler:
    """Count the request, and handle it or raise RateLimited.

    Everything that can be counted without the database is counted first: all requests of callers
    whose credential was valid before, so that requests over a limit cost no SQL.
    """
    settings = registry.settings
    if not CoreSettings.rate_limits.read(settings):
        return handler
    counter = _Counter(registry)
    rules = Rules(registry)
    anonymous: Limit = CoreSettings.rate_limit_anonymous.read(settings)

    def count_request(
        request: Request, network: str, rule: IRateLimitRule | None
    ) -> Verdict | None:
        """Count the request as far as possible before the caller is identified."""
        if rule is not None and rule.limit is not None:
            return counter.count([(rule.limit, f"{rule.name}:{network}")], closed=True)
        credential = registry.getUtility(IIdentitySource).credential(request)
        if credential is None:
            return counter.count([(anonymous, f"Unauthenticated:{network}")], closed=False)
        user_id = registry.getUtility(IGuesses).holder(credential)
        if user_id is not None:
            return counter.count_member(credential, user_id)
        request.environ[_NEW] = credential
        return None

    def rate_limit_tween(request: Request) -> Response:
        rule = rules.covering(request.method, request.environ.get("PATH_INFO", ""))
        if rule is not None and rule.limit is None:
            return handler(request)
        network = network_of(request.remote_addr)
        verdict = count_request(request, network, rule)
        try:
            response = handler(request)
        except (Unauthorized, Forbidden):
            # Guessed keys and disabled accounts count like requests without a key. Errors of views
            # have already become responses further in.
            counter.count([(anonymous, f"Unauthenticated:{network}")], closed=True)
            raise
        if verdict is not None:
            _tell(response, verdict)
        return response

    return rate_limit_tween


def limit_new_credential(handler: _Handler, registry: Registry) -> _Handler:
    """Count a request with a credential that was unknown before the caller was identified."""
    if not CoreSettings.rate_limits.read(registry.settings):
        return handler
    counter = _Counter(registry)

    def limit_new_credential_tween(request: Request) -> Response:
        credential = request.environ.pop(_NEW, None)
        if credential is None or request.identity is None:
            return handler(request)
        user_id = request.identity.user_id
        registry.getUtility(IGuesses).right(credential, user_id)
        verdict = counter.count_member(credential, user_id)
        response = handler(request)
        if verdict is not None:
            _tell(response, verdict)
        return response

    return limit_new_credential_tween


class _Counter:
    """Counts hits, and raises RateLimited if a limit is exceeded."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._limiter = registry.getUtility(IRateLimiter)

    def count(self, hits: list[_Hit], *, closed: bool) -> Verdict | None:
        """Count the hits; without Redis, members may continue but guesses are refused."""
        try:
            verdicts = self._limiter.hit(hits)
        except RedisError as error:
            log.warning("rate limiter away", error=type(error).__name__)
            if closed:
                raise Unavailable from error
            return None
        for verdict, (_, key) in zip(verdicts, hits, strict=False):
            if verdict.exceeded:
                name = key.partition(":")[0]
                count_metric(self._registry, "rate_limited_requests", name)
                raise exceeded(name, verdict)
        return min(verdicts, key=lambda verdict: verdict.remaining)

    def count_member(self, credential: str, user_id: int) -> Verdict | None:
        """Count a request of a member."""
        settings = self._registry.settings
        hits = [
            (CoreSettings.rate_limit_key.read(settings), f"Client:{credential}"),
            (CoreSettings.rate_limit_user.read(settings), f"User:{user_id}"),
        ]
        return self.count(hits, closed=False)


def _tell(response: Response, verdict: Verdict) -> None:
    """Add the verdict's headers. No view sets these, so none has to be replaced."""
    response.headerlist.extend(headers(verdict).items())
