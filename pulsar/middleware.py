"""WSGI middleware that handles a request before Pyramid does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from .interfaces import ILifecycle
from .network import address_of

#: The parameter ``for`` of the header ``Forwarded`` (RFC 7239, 5.2).
_FORWARDED_FOR = re.compile(r"""(?:^|[;,])\s*for="?([^;,"]*)""", re.IGNORECASE)
_LENGTH = re.compile(r"[0-9]{1,18}", re.ASCII)
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?", re.ASCII)
_SAFE_HEADERS = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"))


class BeginServing:
    """Start the background tasks with the first request of a process, unless a server did before.

    A server that forks makes the application in one process and answers requests in others.
    """

    def __init__(self, app: Any) -> None:
        self.app = app
        self.registry = app.registry
        self._lifecycle = app.registry.getUtility(ILifecycle)

    def begin_serving(self) -> None:
        """For servers: start the background tasks now, so that they run before any request."""
        self._lifecycle.begin()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if not self._lifecycle.serving:
            self._lifecycle.begin()
        return self.app(environ, start_response)


class ClientAddress:
    """Normalise the client's address in ``REMOTE_ADDR``; it is empty if there is no address.

    waitress takes the address from the forwarding headers of a trusted proxy, removes these headers
    if the proxy is not trusted, and cuts off what it takes for a port: ``::ffff:192.0.2.4`` becomes
    ``::ffff``, and ``[2001:db8::1]:4711`` stays as it is. If waitress derived ``REMOTE_ADDR`` from
    the header, the header is parsed again.
    """

    def __init__(self, app: Any) -> None:
        self.app = app
        self.registry = app.registry

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        remote = environ.get("REMOTE_ADDR", "")
        for hop in _forwarded_for(environ):
            if remote in (_unbracketed(hop), _unbracketed(hop.rpartition(":")[0].strip())):
                remote = hop
                break
        environ["REMOTE_ADDR"] = environ["REMOTE_HOST"] = address_of(remote)
        return self.app(environ, start_response)


def _forwarded_for(environ: dict[str, Any]) -> Iterator[str]:
    """The client that each forwarding header names.

    The server has reduced the headers to the entries of trusted proxies; the first one counts.
    """
    for match in _FORWARDED_FOR.finditer(environ.get("HTTP_FORWARDED", "")):
        yield match[1]
        break
    if "HTTP_X_FORWARDED_FOR" in environ:
        yield environ["HTTP_X_FORWARDED_FOR"].partition(",")[0].strip().strip('"')


def _unbracketed(text: str) -> str:
    return text[1:-1] if text.startswith("[") and text.endswith("]") else text


class StripVirtualHostRoot:
    """Drop the header with which a client could move the root of traversal.

    Pyramid's traverser accepts ``X-Vhm-Root`` from any client; Pulsar does not use it.
    """

    def __init__(self, app: Any) -> None:
        self.app = app
        self.registry = app.registry

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        environ.pop("HTTP_X_VHM_ROOT", None)
        return self.app(environ, start_response)


class BoundedBody:
    """Read the body before the request begins, but not more than the largest endpoint accepts.

    A retried request needs its body again, so pyramid_retry would read the whole body, whatever its
    length, before a key is checked. Of a body that is too long, only the length is passed on, which
    every endpoint refuses.
    """

    def __init__(self, app: Any, limit: int) -> None:
        self.app = app
        self.registry = app.registry
        self.limit = limit

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        declared = environ.get("CONTENT_LENGTH")
        if declared and _LENGTH.fullmatch(declared):
            length = int(declared) if int(declared) <= self.limit else 0
            body = environ["wsgi.input"].read(length) if length else b""
        else:
            # A body without a length is only read if the server marks its end.
            terminated = environ.get("wsgi.input_terminated")
            body = environ["wsgi.input"].read(self.limit + 1) if terminated else b""
            environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = BytesIO(body)
        environ["webob.is_body_seekable"] = True
        return self.app(environ, start_response)


class PublicAddress:
    """Give the application the site's address from ``pulsar.site_url`` instead of the client's.

    ``Location``, ``Link`` and all other URLs of the site are built from it. If no address is
    configured, the request's address is used; a ``Host`` that is not a valid host is dropped.
    """

    def __init__(self, app: Any, site_url: str) -> None:
        self.app = app
        self.registry = app.registry
        self._address: dict[str, str] = {}
        if site_url:
            parts = urlsplit(site_url)
            self._address = {
                "wsgi.url_scheme": parts.scheme,
                "HTTP_HOST": parts.netloc,
                "SCRIPT_NAME": parts.path.rstrip("/"),
            }

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        environ.update(self._address)
        if not _HOST.fullmatch(environ.get("HTTP_HOST", "")):
            environ.pop("HTTP_HOST", None)
        return self.app(environ, start_response)


class SafeHeaders:
    """Add headers that keep browsers from guessing types and from sending our URLs to other sites.

    Some URLs contain feed keys and tokens. Every response has the headers, including those that are
    made outside of Pyramid.
    """

    def __init__(self, app: Any) -> None:
        self.app = app
        self.registry = app.registry

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            return start_response(status, [*headers, *_SAFE_HEADERS], *exc_info)

        return self.app(environ, start)
