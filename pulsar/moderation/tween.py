"""The tween that refuses banned networks, before requests are counted or credentials looked up."""

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
    """Call the handler, or raise AddressBanned.

    Paths without rate limits are allowed: health checks come from the operator's own machines, and
    the tracker refuses in a form that its clients understand.
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
