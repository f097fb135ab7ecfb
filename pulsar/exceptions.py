"""Exception views: every error is put into the envelope, and none reveals internals."""

from __future__ import annotations

from typing import Any

import structlog
from pyramid.exceptions import BadCSRFOrigin, PredicateMismatch
from pyramid.httpexceptions import HTTPException, HTTPForbidden, HTTPNotFound
from pyramid.response import Response
from pyramid_retry import mark_error_retryable
from pyramid_tm import is_tm_active, maybe_tag_retryable
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from .allowed_methods import allowed_methods
from .config import Configurator
from .db.outage import is_outage
from .errors import (
    ApiError,
    Forbidden,
    InternalError,
    Malformed,
    MethodNotAllowed,
    NotFound,
    Unauthorized,
    Unavailable,
)
from .logs import describe
from .request import Request
from .serialization.renderer import respond

log = structlog.get_logger(__name__)


def includeme(config: Configurator) -> None:
    for view, context in (
        (api_error, ApiError),
        (not_found, HTTPNotFound),
        (forbidden, HTTPForbidden),
        (undecodable, UnicodeDecodeError),
        (http_error, HTTPException),
        (database_error, DBAPIError),
        (unavailable, PoolTimeout),
        (unavailable, RedisError),
        (internal_error, Exception),
    ):
        config.add_exception_view(view, context=context)


def failure(request: Request, error: ApiError) -> Response:
    envelope: dict[str, Any] = {
        "status": "failed",
        "code": error.code,
        "response": error.message,
        **error.details,
    }
    if error.errors:
        envelope["errors"] = error.errors
    request.response.status_int = error.status
    response = respond(request, envelope)
    response.headers.update(error.headers.items())
    return response


def api_error(error: ApiError, request: Request) -> Response:
    """Handle an error that Pulsar's own code raised."""
    return failure(request, error)


def not_found(error: HTTPNotFound, request: Request) -> Response:
    """Answer that nothing is there, that the method is not supported, or that a key is missing."""
    methods = allowed_methods(request)
    if methods and request.method not in methods and not getattr(request, "subpath", ()):
        return failure(request, MethodNotAllowed(headers={"Allow": ", ".join(methods)}))
    if request.identity is None and not isinstance(error, PredicateMismatch):
        return failure(request, Unauthorized())
    return failure(request, NotFound())


def forbidden(error: HTTPForbidden, request: Request) -> Response:
    """Handle a denial of the security policy; the response depends on the caller."""
    identity = request.identity
    if identity is None:
        return failure(request, Unauthorized())
    permission = getattr(error.result, "permission", None)
    if identity.locked:
        return failure(request, Forbidden("Your account has been locked.", code="account_locked"))
    if identity.scope is not None and permission not in identity.scope:
        held = identity.is_god or permission in identity.granted
        if held:
            return failure(
                request,
                Forbidden(
                    "This APIKey does not have permission to access this resource.",
                    code="key_forbidden",
                ),
            )
    return failure(request, Forbidden())


def undecodable(error: UnicodeDecodeError, request: Request) -> Response:
    """Handle a path or query whose percent-encoding is not UTF-8."""
    return failure(request, Malformed("The URL is not valid UTF-8."))


def http_error(error: HTTPException, request: Request) -> Response:
    """Handle Pyramid's own HTTP exceptions, e.g. for a malformed request line."""
    if error.status_int < 400:
        return error
    if isinstance(error, BadCSRFOrigin) or error.status_int >= 500:
        return internal_error(error, request)
    problem = ApiError(error.explanation)
    problem.status = error.status_int
    return failure(request, problem)


def database_error(error: DBAPIError, request: Request) -> Response:
    """Handle database errors: conflicts are retried, outages are 503, others internal errors."""
    tag_retryable(error, request)
    if error.connection_invalidated:
        # The pool dropped its dead connections; the retry gets a new one.
        mark_error_retryable(error)
    if is_outage(error):
        if "locked" in str(error.orig):
            mark_error_retryable(error)
        return unavailable(error, request)
    return internal_error(error, request)


def unavailable(error: Exception, request: Request) -> Response:
    """Handle the outage of a backing service."""
    log.warning("service away", error=describe(error))
    return failure(request, Unavailable())


def internal_error(error: Exception, request: Request) -> Response:
    """Log the error with its traceback, which the response does not contain."""
    tag_retryable(error, request)
    log.error("internal error", exc_info=error)
    return failure(request, InternalError())


def tag_retryable(error: Exception, request: Request) -> None:
    """Let pyramid_retry see a conflict of transactions, which this view would hide."""
    if is_tm_active(request):
        maybe_tag_retryable(request, (type(error), error, error.__traceback__))
