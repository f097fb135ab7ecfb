"""The Atom feed."""

from __future__ import annotations

import hashlib

from pyramid.response import Response
from pyramid.view import view_config

from pulsar.request import Request
from pulsar.serialization import Raw

from ..feed import MEDIA_TYPE, feed
from ..inputs import ReadFeedInput
from ..permissions import VIEW
from ..resources import Feed
from ..schemas import ReadFeed


@view_config(
    context=Feed,
    request_method="GET",
    permission=VIEW,
    schema=ReadFeed,
    response=Raw({"type": "string"}, MEDIA_TYPE),
)
def read(context: Feed, request: Request[ReadFeedInput]) -> Response:
    """Read the newest entries as an Atom feed (RFC 4287).

    Programs that cannot send headers use `?feed_key=` instead. If the site makes its news public,
    nobody needs a key.
    """
    body = feed(request, request.validated.get("kind"))
    response = Response(body, content_type=MEDIA_TYPE, charset="UTF-8")
    response.etag = hashlib.blake2b(body, digest_size=12).hexdigest()
    anonymous = request.identity is None
    response.headers["Cache-Control"] = "public, max-age=60" if anonymous else "private, no-cache"
    response.conditional_response = True
    return response
