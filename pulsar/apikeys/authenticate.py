"""The tween that identifies the caller."""

from __future__ import annotations

from collections.abc import Callable

from pyramid.response import Response

from ..ratelimit.limits import Rules
from ..registry import Registry
from ..request import Request

_Handler = Callable[[Request], Response]


def authenticate(handler: _Handler, registry: Registry) -> _Handler:
    """Set ``request.identity`` before the transaction begins, or raise the error of its credential.

    Keys are not checked for paths without rate limits, so that health checks work without the
    database.
    """
    rules = Rules(registry)

    def authenticate_tween(request: Request) -> Response:
        if not rules.exempts(request.method, request.environ.get("PATH_INFO", "")):
            request.identity  # noqa: B018
        return handler(request)

    return authenticate_tween
