"""Cross-origin requests (Fetch standard, CORS protocol)."""

from __future__ import annotations

from pyramid.response import Response

from .allowed_methods import methods_at
from .request import Request

METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
EXPOSED = (
    "ETag, Link, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, "
    "X-Request-Id"
)


class Cors:
    """Answers preflights and adds CORS headers to responses. Cookies are never used or allowed."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        self.everyone = "*" in origins
        self.origins = frozenset(origins)

    def allowed(self, request: Request) -> str | None:
        """The value of Access-Control-Allow-Origin for the request, None for no header."""
        if self.everyone:
            return "*"
        origin = request.headers.get("Origin")
        return origin if origin in self.origins else None

    def preflight(self, request: Request) -> Response | None:
        """The response to an OPTIONS request; None for other methods, or if no view exists.

        ``Allow`` depends only on the form of the path, so that it does not reveal what exists.
        Browsers are allowed every method, otherwise scripts could not read why one was refused.
        """
        if request.method != "OPTIONS":
            return None
        methods = methods_at(request.registry, _path(request))
        if not methods and "Access-Control-Request-Method" not in request.headers:
            return None
        response = Response(status=204)
        if methods:
            response.headers["Allow"] = ", ".join(methods)
        if self.allowed(request):
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Allow-Headers"] = request.headers.get(
                "Access-Control-Request-Headers", "Authorization, Content-Type"
            )
            response.headers["Access-Control-Max-Age"] = "86400"
        self.decorate(request, response)
        return response

    def decorate(self, request: Request, response: Response) -> None:
        """Add the headers that let the origin read the response."""
        origin = self.allowed(request)
        if not self.everyone:
            response.vary = (*(response.vary or ()), "Origin")
        if origin:
            response.headerlist += [
                ("Access-Control-Allow-Origin", origin),
                ("Access-Control-Expose-Headers", EXPOSED),
            ]


def _path(request: Request) -> str:
    """The decoded path; a path that is not UTF-8 leads nowhere."""
    raw: str = request.environ.get("PATH_INFO", "")
    return raw.encode("latin-1").decode(errors="replace") or "/"
