"""Puts content into the envelope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyramid.response import Response

from ..framework.response import write
from ..interfaces import IItem
from ..paging import Page, link_header
from ..permissions import SITE_MANAGE_CACHE_KEYS
from ..request import Request
from .encoding import Prepared, digest, encode


def answer(request: Request, value: Any) -> Response:
    """The response with a view's result: ``{"status": "success", "response": ...}``."""
    if type(value) in (dict, Prepared):
        # The value is already JSON, from the cache.
        return respond(request, {"status": "success", "response": value})
    response = request.response
    if isinstance(value, Page):
        value = request.serialize.page(value)
        link = link_header(request, value)
        if link:
            response.headers["Link"] = link
    elif response.status_int == 201 and IItem.providedBy(value):
        response.location = request.resource_url(value).rstrip("/")
    return respond(request, {"status": "success", "response": request.serialize(value)})


def respond(request: Request, envelope: dict[str, Any]) -> Response:
    """The envelope as ``request.response``, with the ETag for conditional requests."""
    identity = request.environ.get("pulsar.identity")
    if identity is not None and identity.has(SITE_MANAGE_CACHE_KEYS):
        # A failed request is rolled back, and then no copy is dropped.
        committed = request.response.status_int < 400
        envelope["cache_keys"] = request.cache.touched(committed=committed)
    response_value = envelope["response"]
    whole = (
        _SUCCESS.with_member("response", response_value)
        if type(response_value) is Prepared
        else None
    )
    if whole is not None and "cache_keys" in envelope:
        whole = whole.with_member("cache_keys", Prepared.of(envelope["cache_keys"]))
    body = encode(envelope) if whole is None else b"".join(whole.chunks)
    response: Response = request.response
    headers = []
    if response.status_int == 200 and request.method in ("GET", "HEAD"):
        tag = _tag(envelope, body) if whole is None else whole.digest
        headers = [("ETag", f'"{tag}"'), ("Cache-Control", "private, no-cache")]
        # A part of an envelope is of no use, and RFC 9110, 14.2, allows sending the whole to
        # clients that ask for a range.
        request.environ.pop("HTTP_RANGE", None)
        response.conditional_response = "HTTP_IF_NONE_MATCH" in request.environ
    write(response, body, headers)
    return response


def _tag(envelope: dict[str, Any], body: bytes) -> str:
    """The ETag of the response."""
    response_value = envelope["response"]
    if isinstance(response_value, dict):
        prepared = {
            name: prepared_member.digest
            for name, prepared_member in response_value.items()
            if type(prepared_member) is Prepared
        }
        if prepared:
            body = encode({**envelope, "response": {**response_value, **prepared}})
    return digest(body)


_SUCCESS = Prepared.of({"status": "success"})


def response_view(view: Callable[..., Any], info: Any) -> Callable[..., Any]:
    """Put the result of a view into the envelope, unless the view names its own renderer.

    ``response=`` documents the result; ``status=`` is the status of success. ``operation=`` names
    the operation for generated clients, if its path does not give a good name; ``redirects=``
    describes when the view answers 303 instead, and to which location.
    """
    status: int | None = info.options.get("status")
    if info.options.get("renderer") is not None:
        return view

    def wrapped(context: Any, request: Request) -> Any:
        result = view(context, request)
        if isinstance(result, Response):
            return result
        if status is not None:
            request.response.status_int = status
        return answer(request, result)

    return wrapped


response_view.options = (  # type: ignore[attr-defined]
    "response",
    "status",
    "errors",
    "operation",
    "redirects",
)
