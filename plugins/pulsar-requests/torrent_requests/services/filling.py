"""Filling requests with torrents, and taking that back."""

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
from ..settings import RequestsSettings
from .lifecycle import log


def fill(request: Request, wanted: TorrentRequest, torrent_id: int) -> None:
    """Fill an open request, and pay its whole bounty to the caller.

    The torrent's row is not locked: one that is deleted at the same moment is like one that is
    deleted a moment later, which leaves the request filled.

    Raises Invalid, UploaderOnly, AlreadyFilled or CreditFull.
    """
    session, user_id = request.db, request.caller.user_id
    lock(request, wanted)
    if wanted.filled is not None:
        raise AlreadyFilled
    torrent = _find(request, torrent_id)
    found = objections(request, wanted, torrent)
    if found:
        raise Invalid({"torrent_id": found})
    _require_shared(request, torrent)
    wanted.filled, wanted.filler_id, wanted.torrent_id = utcnow(), user_id, torrent.id
    session.flush()
    give(request, user_id, wanted.bounty)
    note(session, wanted, ("fill", user_id, -wanted.bounty))
    notifications.filled(request, wanted)
    request.registry.notify(RequestFilled(request, wanted))


def unfill(request: Request, resource: Any, reason: str) -> None:
    """Open a filled request again, and take its whole bounty from the member who filled it.

    What they have spent already becomes their debt.

    Raises NotFilled, FillerRemoved and CreditFull, and Forbidden where another member filled it
    meanwhile.
    """
    session, wanted = request.db, resource.model
    lock(request, wanted)
    if wanted.filled is None:
        raise NotFilled
    # Who filled it is known for certain only now.
    if not request.has_permission("requests_unfill", resource):
        raise Forbidden
    filler_id, torrent_id = wanted.filler_id, wanted.torrent_id
    before = {"filler_id": filler_id, "torrent_id": torrent_id}
    debt = reclaim(request, wanted)
    wanted.filled = wanted.filler_id = wanted.torrent_id = None
    session.flush()
    session.refresh(wanted)
    log(
        request,
        "request_unfilled",
        wanted,
        before=before,
        after={"reason": reason, **({"debt": debt} if debt else {})},
    )
    notifications.unfilled(request, wanted, filler_id, reason, debt)
    request.registry.notify(RequestUnfilled(request, wanted, filler_id, torrent_id))


def _find(request: Request, torrent_id: int) -> Torrent:
    """The live torrent. Raises Invalid, also for who may not see torrents."""
    found = None
    if request.caller.has("torrents_view"):
        found = request.db.scalar(
            select(Torrent).where(Torrent.id == torrent_id, Torrent.deleted.is_(None))
        )
    if found is None:
        raise Invalid({"torrent_id": [f"torrent {torrent_id} does not exist"]})
    return found


def _require_shared(request: Request, torrent: Torrent) -> None:
    """Raise UploaderOnly for a torrent so new that others than its uploader may not use it yet."""
    hours = RequestsSettings.exclusive_hours.of(request.registry)
    if request.caller.user_id == torrent.uploader_id:
        return
    if utcnow() - torrent.created < timedelta(hours=hours):
        raise UploaderOnly(
            f"In the first {hours} hours only its uploader may fill requests with a torrent."
            if hours > 1
            else "In the first hour only its uploader may fill requests with a torrent."
        )
