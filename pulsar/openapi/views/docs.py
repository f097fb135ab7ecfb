"""Views that serve the description and the page."""

from __future__ import annotations

from html import escape

import orjson
from pyramid.response import Response
from pyramid.view import view_config

from ...request import Request
from ...security import PUBLIC
from ...serialization import Raw
from ...settings import CoreSettings
from ..describe import describe
from ..resources import TYPES, Asset, Docs, OpenAPI

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/start.js"></script>
</body>
</html>
"""

#: The page runs our own files only; swagger-ui needs inline styles and data images.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@view_config(
    context=OpenAPI,
    request_method="GET",
    permission=PUBLIC,
    response=Raw({"type": "object"}, bare=True),
)
def openapi(context: OpenAPI, request: Request) -> Response:
    """Describe this API (OpenAPI 3.1), without the envelope."""
    registry = request.registry
    if "pulsar.openapi" not in registry:
        registry["pulsar.openapi"] = orjson.dumps(describe(registry))
    return Response(
        registry["pulsar.openapi"],
        content_type="application/json",
        charset="UTF-8",
        conditional_response=True,
    )


@view_config(
    context=Docs,
    request_method="GET",
    permission=PUBLIC,
    response=Raw({"type": "string"}, "text/html"),
)
def docs(context: Docs, request: Request) -> Response:
    """Show the description as a page on which the API can be tried."""
    title = escape(f"{CoreSettings.site_name.of(request.registry)} API")
    response = Response(PAGE.format(title=title), content_type="text/html", charset="UTF-8")
    response.headers["Content-Security-Policy"] = POLICY
    return response


@view_config(
    context=Asset,
    request_method="GET",
    permission=PUBLIC,
    response=Raw({"type": "string"}, "text/*"),
)
def asset(context: Asset, request: Request) -> Response:
    """Serve a file of the page."""
    kind = TYPES[context.__name__.rpartition(".")[2]]
    response = Response(context.file.read_bytes(), content_type=kind, charset="UTF-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.cache_expires(86_400)
    response.md5_etag()
    response.conditional_response = True
    return response
