"""The tween that turns banned networks away, before anything is counted or looked up."""

from __future__ import annotations

from collections.abc import Callable

from pyramid.response import Response

from ..errors import Forbidden
from ..interfaces import IIPBans
from ..ratelimit.limits import Rules
from ..registry import Registry
from ..request import Request

_Handler = Callable[[Request], Response]


class AddressBanned(Forbidden):
    """The request comes from a banned network."""

    code = "address_banned"
    message = "Your address has been banned."


def refuse_banned(handler: _Handler, registry: Registry) -> _Handler:
    """Go on or raise AddressBanned.

    What is free of rate limits passes: health checks are for the operator's own machines, and the
    tracker refuses in a form that its clients understand.
    """
    bans = registry.getUtility(IIPBans)
    rules = Rules(registry)

    def refuse_banned_tween(request: Request) -> Response:
        environ = request.environ
        exempt = rules.exempts(request.method, environ.get("PATH_INFO", ""))
        if not exempt and bans.banned(environ.get("REMOTE_ADDR", "")):
            raise AddressBanned
        return handler(request)

    return refuse_banned_tween
