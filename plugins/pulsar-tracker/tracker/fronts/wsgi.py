"""Announces to the web process, answered before Pyramid sees the request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

from pyramid.interfaces import IRequest

from pulsar.interfaces import IResource, IRoot
from pulsar.registry import Registry

from ..interfaces import ITracker
from .targets import ANNOUNCE, find_target

_HEADERS = [("Content-Type", "text/plain")]
_METHODS = frozenset({"GET", "HEAD"})


class WSGIFront:
    """Answers whatever looks like an announce or a scrape; the application answers the rest.

    Clients understand only status 200 and bencode, and there are more announces than all other
    requests together, so they do not pass through traversal, views and the log of requests.
    """

    def __init__(self, app: Any, registry: Registry) -> None:
        self.app = app
        self._registry = registry
        # A resource of the site may have a child of that name.
        children = registry.adapters.lookupAll((IRoot, IRequest), IResource)
        self._names = {str(name) for name, _ in children}

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if ("announce" in path or "scrape" in path) and path.split("/")[1] not in self._names:
            query = environ.get("QUERY_STRING", "")
            target = find_target(f"{path}?{query}".encode("latin-1", "replace"))
            if target is not None and environ["REQUEST_METHOD"] in _METHODS:
                tracker = self._registry.getUtility(ITracker)
                address = _packed(environ.get("REMOTE_ADDR", ""))
                action, passkey, asked = target
                if action == ANNOUNCE:
                    answer = tracker.announce(passkey, asked, address)
                    answer = tracker.commit() or answer
                else:
                    answer = tracker.scrape(passkey, asked, address)
                length = ("Content-Length", str(len(answer)))
                start_response("200 OK", [*_HEADERS, length])
                return [answer if environ["REQUEST_METHOD"] == "GET" else b""]
        response: Iterable[bytes] = self.app(environ, start_response)
        return response


def _packed(address: str) -> bytes:
    """The address in bytes, empty if the server does not know it."""
    try:
        return ip_address(address).packed
    except ValueError:
        return b""
