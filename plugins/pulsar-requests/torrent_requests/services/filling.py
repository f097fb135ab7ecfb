"""Filling requests with torrents, and unfilling them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from pulsar.db import utcnow
from pulsar.errors import Forbidden, Invalid
from pulsar.request import Request
from torrents.models import Torrent

from .. import notifications
from ..credit import give, lock, note, reclaim
from ..criteria import objections
from ..errors import AlreadyFilled, NotFilled, UploaderOnly
from ..events import RequestFilled, RequestUnfilled
from ..models import TorrentRequest
from ..permissions import UNFILL
from ..settings import RequestsSettings
from .lifecycle import log_change


def fill(request: Request, torrent_request: TorrentRequest, torrent_id: int) -> None:
    """Fill an open request, and pay its whole bounty to the caller.

    The torrent's row is not locked: if it is deleted at the same moment, the request stays filled,
    as it does when the torrent is deleted later. Raises Invalid, UploaderOnly, AlreadyFilled or
    CreditFull.
    """
    session, user_id = request.db, request.caller.user_id
    lock(request, torrent_request)
    if torrent_request.filled is not None:
        raise AlreadyFilled
    torrent = _find(request, torrent_id)
    problems = objections(request, torrent_request, torrent)
    if problems:
        raise Invalid({"torrent_id": problems})
    _require_shared(request, torrent)
    torrent_request.filled, torrent_request.filler_id, torrent_request.torrent_id = (
        utcnow(),
        user_id,
        torrent.id,
    )
    session.flush()
    give(request, user_id, torrent_request.bounty)
    note(session, torrent_request, ("fill", user_id, -torrent_request.bounty))
    notifications.filled(request, torrent_request)
    request.registry.notify(RequestFilled(request, torrent_request))


def unfill(request: Request, resource: Any, reason: str) -> None:
    """Open a filled request again, and take its whole bounty back from the filler.

    The part that the filler has already spent becomes a debt. Raises NotFilled, FillerRemoved or
    CreditFull, and Forbidden if another member has filled the request meanwhile.
    """
    session, torrent_request = request.db, resource.model
    lock(request, torrent_request)
    if torrent_request.filled is None:
        raise NotFilled
    # The filler may have changed before the row was locked.
    if not request.has_permission(UNFILL, resource):
        raise Forbidden
    filler_id, torrent_id = torrent_request.filler_id, torrent_request.torrent_id
    before = {"filler_id": filler_id, "torrent_id": torrent_id}
    debt = reclaim(request, torrent_request)
    torrent_request.filled = torrent_request.filler_id = torrent_request.torrent_id = None
    session.flush()
    session.refresh(torrent_request)
    log_change(
        request,
        "request_unfilled",
        torrent_request,
        before=before,
        after={"reason": reason, **({"debt": debt} if debt else {})},
    )
    notifications.unfilled(request, torrent_request, filler_id, reason, debt)
    request.registry.notify(RequestUnfilled(request, torrent_request, filler_id, torrent_id))


def _find(request: Request, torrent_id: int) -> Torrent:
    """Return the live torrent. Raises Invalid if it is missing or hidden from the caller."""
    torrent = None
    if request.caller.has("torrents_view"):
        torrent = request.db.scalar(
            select(Torrent).where(Torrent.id == torrent_id, Torrent.deleted.is_(None))
        )
    if torrent is None:
        raise Invalid({"torrent_id": [f"torrent {torrent_id} does not exist"]})
    return torrent


def _require_shared(request: Request, torrent: Torrent) -> None:
    """Raise UploaderOnly if the torrent is new and the caller is not its uploader."""
    hours = RequestsSettings.exclusive_hours.of(request.registry)
    if request.caller.user_id == torrent.uploader_id:
        return
    if utcnow() - torrent.created < timedelta(hours=hours):
        raise UploaderOnly(
            f"In the first {hours} hours only its uploader may fill requests with a torrent."
            if hours > 1
            else "In the first hour only its uploader may fill requests with a torrent."
        )
