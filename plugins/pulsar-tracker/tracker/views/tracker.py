"""Announce and scrape. Everything is answered with status 200 and a bencoded dictionary (BEP 3)."""

from __future__ import annotations

from pyramid.response import Response
from pyramid.view import view_config

from pulsar.request import Request
from pulsar.security import PUBLIC
from pulsar.serialization import Raw

from ..interfaces import ITracker
from ..resources import Announce, Scrape

BENCODED = Raw({"type": "string", "format": "binary"}, "text/plain")


@view_config(context=Announce, request_method="GET", permission=PUBLIC, response=BENCODED)
def announce(context: Announce, request: Request) -> Response:
    """Announce a peer (BEP 3, 7, 23, 24, 31); the passkey in the path tells whose it is."""
    environ = request.environ
    answer = request.find_service(ITracker).announce(
        context.passkey, environ.get("QUERY_STRING", ""), environ.get("REMOTE_ADDR", "")
    )
    return Response(answer, content_type="text/plain", charset=None)


@view_config(context=Scrape, request_method="GET", permission=PUBLIC, response=BENCODED)
def scrape(context: Scrape, request: Request) -> Response:
    """Scrape swarms (BEP 48)."""
    environ = request.environ
    answer = request.find_service(ITracker).scrape(
        context.passkey, environ.get("QUERY_STRING", ""), environ.get("REMOTE_ADDR", "")
    )
    return Response(answer, content_type="text/plain", charset=None)
