"""Responses whose headers are only added to."""

from __future__ import annotations

from collections.abc import Collection

from pyramid.response import Response

from ..config import Configurator
from ..request import Request


def includeme(config: Configurator) -> None:
    """Let requests have such responses."""
    config.set_response_factory(JsonResponse.of)


class JsonResponse(Response):
    """Has no body at first, so that no header has to be looked for when it gets one."""

    @classmethod
    def of(cls, request: Request) -> JsonResponse:
        """What ``request.response`` is at first."""
        content_type = ("Content-Type", "application/json; charset=UTF-8")
        response: JsonResponse = cls(headerlist=[content_type], app_iter=())
        return response


def write(response: Response, body: bytes, headers: Collection[tuple[str, str]]) -> None:
    """Give the response its body and further headers, none of which it has."""
    if isinstance(response, JsonResponse):
        # WebOb would search all headers for each.
        response.app_iter = [body]
        response.headerlist += [("Content-Length", str(len(body))), *headers]
    else:
        response.content_type, response.charset = "application/json", "UTF-8"
        response.body = body
        response.headers.update(headers)
