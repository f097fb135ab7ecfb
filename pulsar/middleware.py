"""What happens to a request before Pyramid sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

_LENGTH = re.compile(r"[0-9]{1,18}", re.ASCII)


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
            wanted = int(declared) if int(declared) <= self.limit else 0
            body = environ["wsgi.input"].read(wanted) if wanted else b""
        else:
            # A body without a length ends where the server says so, or there is none.
            terminated = environ.get("wsgi.input_terminated")
            body = environ["wsgi.input"].read(self.limit + 1) if terminated else b""
            environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = BytesIO(body)
        environ["webob.is_body_seekable"] = True
        return self.app(environ, start_response)
