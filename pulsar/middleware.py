"""What happens to a request before Pyramid sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


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
