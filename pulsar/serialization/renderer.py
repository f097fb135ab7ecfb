"""Content in, envelope out."""

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
    """The response that tells what a view returned: ``{"status": "success", "response": ...}``."""
    if type(value) in (dict, Prepared):
        # As it is shown, out of the cache.
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
    """The envelope as ``request.response``, with the tag by which clients ask again."""
    identity = request.environ.get("pulsar.identity")
    if identity is not None and identity.has(SITE_MANAGE_CACHE_KEYS):
        # What fails is rolled back, and then no copy is dropped.
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
        # Only then: a part of an envelope is of no use to anybody, and RFC 9110, 14.2, lets us send
        # the whole to who asks for a range.
        request.environ.pop("HTTP_RANGE", None)
        response.conditional_response = "HTTP_IF_NONE_MATCH" in request.environ
    write(response, body, headers)
    return response


def _tag(envelope: dict[str, Any], body: bytes) -> str:
    """What the answer is told from others by."""
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
    """Puts what a view returns into the envelope, unless it names a renderer of its own.

    ``response=`` documents what that is; ``status=`` is the status of success. ``operation=`` names
    the operation for generated clients, where its path does not name it well; ``redirects=`` says
    when it answers 303 instead, and where that leads.
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
