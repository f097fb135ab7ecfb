"""The renderer: content in, envelope out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from pyramid.request import Request

from ..db.pagination import Page, Slice, link_header, next_link
from ..interfaces import IItem

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


class EnvelopeRenderer:
    """Renders what a view returned as ``{"status": "success", "response": ...}``."""

    def __init__(self, info: Any) -> None:
        pass

    def __call__(self, value: Any, system: dict[str, Any]) -> bytes:
        request: Request = system["request"]
        response = request.response
        if isinstance(value, Page):
            response.headers["Link"] = link_header(request, value)
        if isinstance(value, Slice) and value.after is not None:
            response.headers["Link"] = next_link(request, value)
        if IItem.providedBy(value) and response.status_int == 201:
            response.location = request.resource_url(value).rstrip("/")
        return respond(request, {"status": "success", "response": request.serialize(value)})


def respond(request: Request, envelope: dict[str, Any]) -> bytes:
    """The envelope's bytes; sets the type, and the tag by which clients ask again."""
    identity = request.environ.get("pulsar.identity")
    if identity is not None and identity.has("site_manage_cache_keys"):
        envelope["cache_keys"] = request.cache.touched
    body = encode(envelope)
    response = request.response
    response.content_type = "application/json"
    response.charset = "UTF-8"
    if response.status_int == 200 and request.method in ("GET", "HEAD"):
        response.etag = hashlib.blake2b(body, digest_size=12).hexdigest()
        response.cache_control = "private, no-cache"
        # A part of an envelope is of no use to anybody (RFC 9110, 14.2, lets us send the whole).
        request.environ.pop("HTTP_RANGE", None)
        response.conditional_response = True
    return body


def encode(value: Any) -> bytes:
    """JSON as UTF-8; times are ISO 8601 UTC with ``Z``."""
    return orjson.dumps(value, default=_plain, option=_OPTIONS)


def _plain(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def response_view(view: Callable[..., Any], info: Any) -> Callable[..., Any]:
    """``response=`` documents what a view answers; ``status=`` is its status when it succeeds."""
    status: int | None = info.options.get("status")
    if status is None:
        return view

    def wrapped(context: Any, request: Request) -> Any:
        result = view(context, request)
        request.response.status_int = status
        return result

    return wrapped


response_view.options = ("response", "status", "errors")  # type: ignore[attr-defined]
