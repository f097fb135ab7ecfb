"""Listing peers, snatches and seeded torrents."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config
from sqlalchemy import exists, select

from pulsar.paging import Page, paginate
from pulsar.request import Request
from pulsar.serialization import Listing
from pulsar.validation import Paging
from pulsar.validation.inputs import PagingInput
from torrents.models import Torrent

from ...interfaces import IPeer, ISnatch
from ...models import PeerRow, SnatchRow
from ...permissions import VIEW_PEERS
from ..resources import Peers, Seeding, Snatches


def _page(request: Request, query: Any) -> Page:
    return paginate(request.db, query, request.validated)


@view_config(
    context=Peers,
    request_method="GET",
    permission=VIEW_PEERS,
    schema=Paging,
    response=Listing(IPeer),
)
def list_peers(context: Peers, request: Request[PagingInput]) -> Page:
    """List the clients that share a torrent right now."""
    torrent_id = context.__parent__.model.id  # type: ignore[union-attr]
    query = (
        select(PeerRow)
        .where(PeerRow.torrent_id == torrent_id, PeerRow.active)
        .order_by(PeerRow.left, PeerRow.user_id, PeerRow.peer_id)
    )
    return _page(request, query)


@view_config(
    context=Snatches,
    request_method="GET",
    permission=VIEW_PEERS,
    schema=Paging,
    response=Listing(ISnatch),
)
def list_snatches(context: Snatches, request: Request[PagingInput]) -> Page:
    """List the torrents that a member completed, the latest first."""
    query = (
        select(SnatchRow)
        .where(SnatchRow.user_id == context.user_id, SnatchRow.snatches > 0)
        .order_by(SnatchRow.snatched_at.desc(), SnatchRow.torrent_id.desc())
    )
    return _page(request, query)


@view_config(
    context=Seeding,
    request_method="GET",
    permission=VIEW_PEERS,
    schema=Paging,
    response=Listing(ISnatch),
)
def list_seeding(context: Seeding, request: Request[PagingInput]) -> Page:
    """List the torrents that a member's clients seed right now."""
    seeding = exists().where(
        PeerRow.torrent_id == SnatchRow.torrent_id,
        PeerRow.user_id == context.user_id,
        PeerRow.active,
        PeerRow.left == 0,
    )
    query = (
        select(SnatchRow)
        .join(Torrent, Torrent.id == SnatchRow.torrent_id)
        .where(SnatchRow.user_id == context.user_id, Torrent.deleted.is_(None), seeding)
        .order_by(SnatchRow.torrent_id.desc())
    )
    return _page(request, query)
