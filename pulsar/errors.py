"""Errors for the caller: exceptions with a status, a stable code and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

#: The maximum of fields with errors in one response, and of sentences for each field.
MAX_ERRORS = 20
#: The longest sentence, in characters; some sentences quote the input.
MAX_SENTENCE = 1_000


def shorten(sentence: str) -> str:
    """The sentence, truncated to the maximum length."""
    return sentence if len(sentence) <= MAX_SENTENCE else f"{sentence[: MAX_SENTENCE - 3]}..."


class ApiError(Exception):
    """An error response. Subclasses override class attributes.

    ``details`` become additional members of the envelope, e.g. the id of the existing object.
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
        self.message = shorten(message or type(self).message)
        self.code = code or type(self).code
        self.errors = dict(errors) if errors else None
        self.headers = dict(headers or {})
        self.details = details
        super().__init__(self.message)


class Malformed(ApiError):
    """The body cannot be parsed."""

    code = "malformed"
    message = "Unable to decode data. Is it valid JSON?"


class Invalid(ApiError):
    """The input was parsed and violates its schema; ``errors`` maps field paths to reasons.

    The response lists at most ``MAX_ERRORS`` fields. ``more_errors`` is the number of further
    errors, both in the envelope and as an argument for errors that the caller counted itself.
    """

    code = "invalid"

    def __init__(
        self, errors: Mapping[str, list[str]], *, more_errors: int = 0, **kwargs: Any
    ) -> None:
        told = {
            path: [shorten(reason) for reason in islice(reasons, MAX_ERRORS)]
            for path, reasons in islice(errors.items(), MAX_ERRORS)
        }
        more_errors += sum(map(len, errors.values())) - sum(map(len, told.values()))
        if more_errors:
            kwargs["more_errors"] = more_errors
        path, reasons = next(iter(told.items()))
        super().__init__(self.sentence(path, reasons[0]), errors=told, **kwargs)

    @staticmethod
    def sentence(path: str, reason: str) -> str:
        return f'Invalid data: {reason} (key "{path}")'


class Refused(Invalid):
    """The input fits its schema but is refused because of its meaning.

    The reason is the whole ``response``, because clients compare such sentences.
    """

    @staticmethod
    def sentence(path: str, reason: str) -> str:
        return reason


class Unauthorized(ApiError):
    """No key, or a key that is wrong, revoked or expired (RFC 9110, 15.5.2)."""

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
    """The resource does not exist, or the caller may not know that it exists."""

    status = 404
    code = "not_found"
    message = "Resource does not exist."


class MethodNotAllowed(ApiError):
    """The resource exists but does not support the method."""

    status = 405
    code = "method_not_allowed"
    message = "Method not allowed for this resource."


class Conflict(ApiError):
    """The change conflicts with stored data; ``existing_id`` is the existing object, if any."""

    status = 409
    code = "conflict"
    message = "The resource already exists."


class EditConflict(Conflict):
    """Another member edited it; ``diff`` shows how, ``latest_revision`` is the new one."""

    code = "edit_conflict"
    message = "It was edited meanwhile."


class TooLarge(ApiError):
    """The body is longer than the endpoint accepts."""

    status = 413
    code = "too_large"
    message = "The request body is too large."


class UnsupportedMediaType(ApiError):
    """The endpoint does not accept the media type of the body."""

    status = 415
    code = "unsupported_media_type"
    message = "The content type is not supported by this endpoint."


class RateLimited(ApiError):
    """Too many requests; ``Retry-After`` is always whole seconds."""

    status = 429
    code = "rate_limited"
    message = "Rate limit exceeded."


class InternalError(ApiError):
    """A fault in Pulsar; the response reveals no internals."""

    status = 500
    code = "internal_error"
    message = "Something went wrong with your request."


class Unavailable(ApiError):
    """A backing service is unavailable."""

    status = 503
    code = "unavailable"
    message = "A backing service is not available. Please try again later."

    def __init__(self, message: str | None = None, **kwargs: Any) -> None:
        super().__init__(message, **kwargs)
        self.headers.setdefault("Retry-After", "5")
