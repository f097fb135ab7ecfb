"""Responses to which headers are only added."""

from __future__ import annotations

from collections.abc import Collection

from pyramid.response import Response

from ..config import Configurator
from ..request import Request


def includeme(config: Configurator) -> None:
    """Let requests use such responses."""
    config.set_response_factory(JsonResponse.of)


class JsonResponse(Response):
    """Starts without a body, so that setting one need not search for headers."""

    @classmethod
    def of(cls, request: Request) -> JsonResponse:
        """The initial ``request.response``."""
        content_type = ("Content-Type", "application/json; charset=UTF-8")
        response: JsonResponse = cls(headerlist=[content_type], app_iter=())
        return response


def write(response: Response, body: bytes, headers: Collection[tuple[str, str]]) -> None:
    """Set the body and add headers that the response does not have yet."""
    if isinstance(response, JsonResponse):
        # WebOb would search all headers for each of them.
        response.app_iter = [body]
        response.headerlist += [("Content-Length", str(len(body))), *headers]
    else:
        response.content_type, response.charset = "application/json", "UTF-8"
        response.body = body
        response.headers.update(headers)
