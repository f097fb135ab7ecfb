"""The log line of a request, and the id that all lines of a request share."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from pyramid.response import Response

from ..network import address_of
from ..request import Request
from ..security.unrecorded import is_unrecorded
from .redaction import redact

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
#: The id of the request that the current thread handles.
_REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)


def add_request_id(log: Any, method: str, entry: Any) -> Any:
    """Processor: add the id of the current request to every line."""
    current_id = _REQUEST_ID.get()
    if current_id is not None:
        entry["request_id"] = current_id
    return entry


def request_id(request: Request) -> str:
    """``request.id``: the id from a proxy, if it has the form of one, or a new one."""
    sent = request.environ.get("HTTP_X_REQUEST_ID", "")
    if sent and _GIVEN_ID.fullmatch(sent):
        return sent
    # This is not a secret, and the system's generator would let other threads run first.
    return f"{random.getrandbits(64):016x}"


def logged(log: Any, handler: Callable[[Request], Response], request: Request) -> Response:
    """Call the handler and log the request; ``X-Request-Id`` in the response names the line."""
    started = time.perf_counter()
    _REQUEST_ID.set(request.id)
    response = handler(request)
    response.headerlist.append(("X-Request-Id", request.id))
    identity = request.environ.get("pulsar.identity")
    unrecorded = is_unrecorded(request, identity.granted if identity else ())
    log.info(
        "request",
        method=request.method,
        path=redact(request.environ.get("PATH_INFO", "")),
        status=response.status_int,
        ms=round((time.perf_counter() - started) * 1000, 2),
        user_id=identity.user_id if identity else None,
        username=identity.username if identity else None,
        address=None if unrecorded else address_of(request.remote_addr),
    )
    return response
