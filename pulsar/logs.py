"""Structured logs: one line per request with its id, and never a secret."""

from __future__ import annotations

import json
import logging
import random
import re
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import orjson
import structlog
from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
#: That of the request which the thread works for.
_REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
_SECRET = re.compile(r"[0-9A-Fa-f]{32,}")


def includeme(config: Configurator) -> None:
    """Set up logging and the request id."""
    settings = config.registry.settings
    configure(settings["pulsar.log_level"], pretty=settings["pulsar.debug"])
    config.add_request_method(request_id, "id", reify=True)


def configure(level: str, *, pretty: bool) -> None:
    """JSON lines on standard error, or coloured ones for people."""
    shared: list[Any] = [
        _add_request_id,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any
    if pretty:
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # The pretty formatter prints local variables, passwords among them.
            exception_formatter=structlog.dev.plain_traceback,
        )
    else:
        shared.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer(_json)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _add_request_id(log: Any, method: str, entry: Any) -> Any:
    """Processor: every line of a request carries its id."""
    found = _REQUEST_ID.get()
    if found is not None:
        entry["request_id"] = found
    return entry


def _json(entry: dict[str, Any], default: Callable[[Any], Any]) -> str:
    try:
        return orjson.dumps(entry, default=default).decode()
    except TypeError:
        # Lone surrogates and large numbers, of which a log may have to tell.
        return json.dumps(entry, default=default)


def request_id(request: Request) -> str:
    """``request.id``: the id that a proxy gave, where it looks like one, or a new one."""
    given = request.environ.get("HTTP_X_REQUEST_ID", "")
    if given and _GIVEN_ID.fullmatch(given):
        return given
    # No secret. The system's generator would let other threads go first with every request.
    return f"{random.getrandbits(64):016x}"


def redact(path: str) -> str:
    """The path without passkeys and feed keys."""
    return _SECRET.sub("[secret]", path)


def logged(log: Any, handler: Callable[[Request], Response], request: Request) -> Response:
    """Call the handler and log the request; ``X-Request-Id`` names the line in the answer."""
    started = time.perf_counter()
    _REQUEST_ID.set(request.id)
    response = handler(request)
    response.headerlist.append(("X-Request-Id", request.id))
    identity = request.environ.get("pulsar.identity")
    log.info(
        "request",
        method=request.method,
        path=redact(request.environ.get("PATH_INFO", "")),
        status=response.status_int,
        ms=round((time.perf_counter() - started) * 1000, 2),
        user_id=identity.user_id if identity else None,
    )
    return response
