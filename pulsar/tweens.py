"""The tweens: request id and log, CORS, bans, rate limits and the caller, then pyramid_tm."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from pyramid.response import Response
from pyramid.tweens import INGRESS
from pyramid_retry import is_error_retryable

from .config import Configurator
from .cors import Cors
from .errors import Malformed
from .interfaces import IMetrics
from .logs import logged
from .registry import Registry
from .request import Request
from .settings import CoreSettings

_Handler = Callable[[Request], Response]

#: The longest path and query string, in bytes. Pyramid caches a thousand paths.
MAX_PATH = 4_096
MAX_QUERY = 32_768


def includeme(config: Configurator) -> None:
    """Add the tweens in their order; the first one is the outermost."""
    names = (
        INGRESS,
        "pulsar.tweens.entrance",
        "pulsar.moderation.tween.refuse_banned",
        "pulsar.ratelimit.tween.rate_limit",
        "pulsar.apikeys.authenticate.authenticate",
        "pulsar.ratelimit.tween.limit_new_credential",
        "pyramid_tm.tm_tween_factory",
    )
    for under, name, over in zip(names, names[1:], names[2:], strict=False):
        config.add_tween(name, under=under, over=over)


def entrance(handler: _Handler, registry: Registry) -> _Handler:
    """The outermost tween: every response passes it, including those to errors in inner tweens."""
    cors = Cors(CoreSettings.cors_origins.of(registry))
    metrics = registry.getUtility(IMetrics)
    # Bound once, since an unbound logger looks up the configuration with every line.
    log = structlog.get_logger("pulsar.request").bind()

    def answered(request: Request) -> Response:
        preflight = cors.preflight(request)
        if preflight is not None:
            return preflight
        try:
            require_short_url(request)
            response = handler(request)
        except Exception as error:
            if is_error_retryable(request, error):
                # pyramid_retry starts the request again from outside of all tweens.
                raise
            response = request.invoke_exception_view()
        cors.decorate(request, response)
        return response

    def entrance_tween(request: Request) -> Response:
        started = time.perf_counter()
        response = logged(log, answered, request)
        metrics.observe(request, response, time.perf_counter() - started)
        return response

    return entrance_tween


def require_short_url(request: Request) -> None:
    """Raise Malformed for a URL that is longer than any of the site's, before it is parsed."""
    environ = request.environ
    if len(environ["PATH_INFO"]) > MAX_PATH:
        raise Malformed(f"The path must be at most {MAX_PATH} bytes.")
    if len(environ.get("QUERY_STRING", "")) > MAX_QUERY:
        raise Malformed(f"The query must be at most {MAX_QUERY} bytes.")
