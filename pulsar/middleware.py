"""What happens to a request before Pyramid sees it."""

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
    """Start the background tasks with the first request of a process, where no server did before.

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
    """Put the client's address into ``REMOTE_ADDR`` in its one spelling, empty where there is none.

    waitress takes the address out of the forwarding headers of a trusted proxy, removes them where
    the proxy is not trusted, and cuts off what it holds for a port: ``::ffff:192.0.2.4`` becomes
    ``::ffff``, and ``[2001:db8::1]:4711`` stays as it is. Where ``REMOTE_ADDR`` is what waitress
    made of the header, the header is read again.
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

    The server has cut the headers to the entries of trusted proxies, of which the first counts.
    """
    for match in _FORWARDED_FOR.finditer(environ.get("HTTP_FORWARDED", "")):
        yield match[1]
        break
    if "HTTP_X_FORWARDED_FOR" in environ:
        yield environ["HTTP_X_FORWARDED_FOR"].partition(",")[0].strip().strip('"')


def _unbracketed(text: str) -> str:
    return text[1:-1] if text.startswith("[") and text.endswith("]") else text


class StripVirtualHostRoot:
    """Drop the header by which a client could move the root of traversal.

    Pyramid's traverser honours ``X-Vhm-Root`` from anybody; no part of Pulsar uses it.
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
    """Read the body before the request begins, but no more of it than any endpoint takes.

    A request that is tried again needs its body again, so pyramid_retry would read it to its end,
    however long it is, before anybody is asked for a key. Of a body that is too long only the
    length goes on, which every endpoint refuses.
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
            # A body without a length ends where the server says so, or there is none.
            terminated = environ.get("wsgi.input_terminated")
            body = environ["wsgi.input"].read(self.limit + 1) if terminated else b""
            environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = BytesIO(body)
        environ["webob.is_body_seekable"] = True
        return self.app(environ, start_response)


class PublicAddress:
    """Tell the application the site's address as ``pulsar.site_url`` says it, not as a client does.

    ``Location``, ``Link`` and all other URLs of the site are made of it. Where the site has no
    configured address, that of the request is taken; a ``Host`` that names no host is dropped.
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
    """Add what keeps browsers from guessing types and from telling other sites our URLs.

    Some of those hold feed keys and tokens. Every answer has the headers, also those that are made
    outside of Pyramid.
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
