"""The tween that turns banned addresses away, before anything is looked up for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from ..errors import Forbidden
from ..interfaces import IIPBans, IRateLimitRule
from ..ratelimit.tween import covering


class AddressBanned(Forbidden):
    """The request comes from a banned network."""

    code = "address_banned"
    message = "Your address is banned."


def gate(handler: Callable[[Request], Response], registry: Any) -> Callable[[Request], Response]:
    """Raise AddressBanned for banned addresses.

    What is exempt from rate limits is open to them too: the health check, and the tracker, which
    asks for the member's standing and not for the address.
    """
    bans = registry.getUtility(IIPBans)
    rules = [rule for _, rule in sorted(registry.getUtilitiesFor(IRateLimitRule))]

    def gate_tween(request: Request) -> Response:
        if bans.banned(request.remote_addr or ""):
            rule = covering(rules, request)
            if rule is None or rule.limit is not None:
                raise AddressBanned
        return handler(request)

    return gate_tween
