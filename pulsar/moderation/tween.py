"""The tween that turns banned networks away, before anything is counted or looked up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from ..errors import Forbidden
from ..interfaces import IIPBans, IRateLimitRule
from ..ratelimit.tween import covering

_Handler = Callable[[Request], Response]


class AddressBanned(Forbidden):
    """The request comes from a banned network."""

    code = "address_banned"
    message = "Your address has been banned."


def refuse_banned(handler: _Handler, registry: Any) -> _Handler:
    """Go on or raise AddressBanned.

    What is free of rate limits passes: health checks are for the operator's own machines, and the
    tracker refuses in a form that its clients understand.
    """
    bans = registry.getUtility(IIPBans)
    rules = [rule for _, rule in sorted(registry.getUtilitiesFor(IRateLimitRule))]

    def refuse_banned_tween(request: Request) -> Response:
        if bans.banned(request.remote_addr or ""):
            rule = covering(rules, request)
            if rule is None or rule.limit is not None:
                raise AddressBanned
        return handler(request)

    return refuse_banned_tween
