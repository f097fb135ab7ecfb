"""Views that list, upload, show, edit and delete torrents."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config
from sqlalchemy import select

from pulsar.paging import Page, paginate
from pulsar.request import Request
from pulsar.serialization import Listing, Message
from pulsar.validation import Paging
from pulsar.validation.inputs import PagingInput

from ..inputs import EditTorrentInput, ListTorrentsInput, UploadTorrentInput
from ..interfaces import ITorrent, ITorrentFile
from ..models import Torrent, TorrentFile
from ..permissions import DELETE, MODIFY, UPLOAD, VIEW
from ..queries import listing
from ..resources import TorrentResource, Torrents
from ..schemas import EditTorrent, ListTorrents, UploadTorrent
from ..services import DuplicateTorrent, TooLateToDelete, delete, edit, upload


@view_config(
    context=Torrents,
    request_method="GET",
    permission=VIEW,
    schema=ListTorrents,
    response=Listing(ITorrent),
)
def list_torrents(context: Torrents, request: Request[ListTorrentsInput]) -> Page:
    """List and search torrents, newest first."""
    values = request.validated
    return paginate(request.db, listing(request, values), values)


@view_config(
    context=Torrents,
    request_method="POST",
    permission=UPLOAD,
    schema=UploadTorrent,
    response=ITorrent,
    status=201,
    errors=(DuplicateTorrent,),
)
def upload_torrent(context: Torrents, request: Request[UploadTorrentInput]) -> Any:
    """Upload a .torrent file.

    If ``rehashed`` is true, the site changed the info dictionary (the private flag or the source),
    and the uploader must download the torrent again to seed it.
    """
    return context(upload(request, request.validated))


@view_config(context=TorrentResource, request_method="GET", permission=VIEW, response=ITorrent)
def view_torrent(context: TorrentResource, request: Request) -> Torrent:
    """Show a torrent."""
    return context.model


@view_config(
    context=TorrentResource,
    request_method="PUT",
    permission=MODIFY,
    schema=EditTorrent,
    response=ITorrent,
)
def edit_torrent(context: TorrentResource, request: Request[EditTorrentInput]) -> Torrent:
    """Edit a torrent. Its uploader may also do so."""
    edit(request, context.model, request.validated)
    return context.model


@view_config(
    context=TorrentResource,
    request_method="DELETE",
    permission=DELETE,
    response=Message(),
    errors=(TooLateToDelete,),
)
def delete_torrent(context: TorrentResource, request: Request) -> str:
    """Delete a torrent. Its uploader may do so as long as its age and snatches are below limits."""
    delete(request, context.model)
    return f"Torrent {context.model.id} has been deleted."


@view_config(
    context=TorrentResource,
    name="files",
    request_method="GET",
    permission=VIEW,
    schema=Paging,
    response=Listing(ITorrentFile),
)
def list_files(context: TorrentResource, request: Request[PagingInput]) -> Page:
    """List a torrent's files in their order."""
    query = (
        select(TorrentFile)
        .where(TorrentFile.torrent_id == context.model.id)
        .order_by(TorrentFile.number)
    )
    return paginate(request.db, query, request.validated)
