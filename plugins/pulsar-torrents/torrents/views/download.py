"""The view that downloads a .torrent."""

from __future__ import annotations

import re
from urllib.parse import quote

from pyramid.response import Response
from pyramid.view import view_config

from pulsar.request import Request
from pulsar.serialization import Raw
from pulsar.settings import CoreSettings
from pulsar.site.urls import site_url

from ..interfaces import IAnnounceURLs
from ..metainfo import wrap
from ..models import Contents
from ..permissions import DOWNLOAD
from ..resources import TorrentResource

MEDIA_TYPE = "application/x-bittorrent"


@view_config(
    context=TorrentResource,
    name="download",
    request_method="GET",
    permission=DOWNLOAD,
    response=Raw({"type": "string", "format": "binary"}, MEDIA_TYPE),
)
def download(context: TorrentResource, request: Request) -> Response:
    """Download a torrent with the caller's own announce URL.

    Programs that cannot send headers use the parameter ``feed_key``.
    """
    torrent = context.model
    contents = request.db.get_one(Contents, torrent.id)
    announces = request.registry.queryUtility(IAnnounceURLs)
    urls = announces.urls(request, request.caller.user_id) if announces else []
    body = wrap(
        contents.info,
        announce=urls[0] if urls else None,
        comment=f"{site_url(request)}/torrents/{torrent.id}",
        created_by=CoreSettings.site_name.of(request.registry),
        piece_layers=contents.piece_layers,
    )
    response = Response(body, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = disposition(f"{torrent.name}.torrent")
    response.cache_control = "private, no-store"
    return response


def disposition(filename: str) -> str:
    """Return the header with the file name, in ASCII and in full (RFC 6266)."""
    plain = re.sub(r"[^A-Za-z0-9 ._()\[\]-]", "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
