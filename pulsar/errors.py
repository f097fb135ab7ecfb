"""What goes wrong for the caller: exceptions with a status, a stable code and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """An answer that is not a success. Subclasses set the class attributes they differ in.

    ``details`` become further members of the envelope, e.g. the id of the existing object.
    """

    status = 400
    code = "bad_request"
    message = "The request cannot be processed."

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        errors: Mapping[str, list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        **details: Any,
    ) -> None:
        self.message = message or type(self).message
        self.code = code or type(self).code
        self.errors = dict(errors) if errors else None
        self.headers = dict(headers or {})
        self.details = details
        super().__init__(self.message)


class Malformed(ApiError):
    """The body cannot be read at all."""

    code = "malformed"
    message = "Unable to decode data. Is it valid JSON?"


class Invalid(ApiError):
    """The input was read and breaks its schema; ``errors`` maps field paths to reasons."""

    code = "invalid"

    def __init__(self, errors: Mapping[str, list[str]], **kwargs: Any) -> None:
        path, reasons = next(iter(errors.items()))
        super().__init__(f'Invalid data: {reasons[0]} (key "{path}")', errors=errors, **kwargs)


class Unauthorized(ApiError):
    """Nobody, or a key that is wrong, revoked or expired (RFC 9110, 15.5.2)."""

    status = 401
    code = "unauthorized"
    message = "Invalid authorization."

    def __init__(self, message: str | None = None, **kwargs: Any) -> None:
        super().__init__(message, **kwargs)
        self.headers.setdefault("WWW-Authenticate", 'Token realm="pulsar"')


class InvalidCredentials(Unauthorized):
    """Username and password do not match."""

    code = "invalid_credentials"
    message = "Invalid credentials."


class Forbidden(ApiError):
    """The member lacks the permission."""

    status = 403
    code = "forbidden"
    message = "You do not have permission to access this resource."


class NotFound(ApiError):
    """There is nothing here, or nothing that the caller may know of."""

    status = 404
    code = "not_found"
    message = "Resource does not exist."


class MethodNotAllowed(ApiError):
    """The resource exists and does not know the method."""

    status = 405
    code = "method_not_allowed"
    message = "Method not allowed for this resource."


class Conflict(ApiError):
    """The change clashes with what is stored; ``existing_id`` names it where there is one."""

    status = 409
    code = "conflict"
    message = "The resource already exists."


class EditConflict(Conflict):
    """Somebody else edited it meanwhile; ``diff`` is what they did, ``latest_revision`` whereto."""

    code = "edit_conflict"
    message = "It was edited meanwhile."


class TooLarge(ApiError):
    """The body is longer than the endpoint takes."""

    status = 413
    code = "too_large"
    message = "The request body is too large."


class UnsupportedMediaType(ApiError):
    """The body is of a type that the endpoint does not read."""

    status = 415
    code = "unsupported_media_type"
    message = "The content type is not supported by this endpoint."


class RateLimited(ApiError):
    """Too many requests; ``Retry-After`` is always whole seconds."""

    status = 429
    code = "rate_limited"
    message = "Rate limit exceeded."


class InternalError(ApiError):
    """A defect on our side; nothing of its inside is told."""

    status = 500
    code = "internal_error"
    message = "Something went wrong with your request."


class Unavailable(ApiError):
    """A backing service is away."""

    status = 503
    code = "unavailable"
    message = "A backing service is not available. Please try again later."

    def __init__(self, message: str | None = None, **kwargs: Any) -> None:
        super().__init__(message, **kwargs)
        self.headers.setdefault("Retry-After", "5")
