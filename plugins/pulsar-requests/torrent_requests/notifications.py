"""Notifications about requests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from pulsar.classes.effective import holders
from pulsar.config import Configurator
from pulsar.interfaces import INotifications
from pulsar.request import Request
from pulsar.settings import CoreSettings

from .comments import COMMENTED, Comments
from .models import TorrentRequest
from .permissions import VIEW
from .queries import bookmarkers, voters

_SUBJECT = "requests"


def add_notification_types(config: Configurator) -> None:
    for name, title, visible in (
        ("requests_filled", "A request that you made, voted for or bookmarked was filled.", live),
        ("requests_unfilled", "A request that concerns you is open again.", live),
        (COMMENTED, "Somebody commented on your or a bookmarked request.", Comments.visible),
        ("requests_deleted", "A request that you voted for was deleted.", viewers),
    ):
        config.add_notification_type(name, title, visible=visible)


def viewers(
    request: Request, user_ids: Sequence[int], request_ids: Sequence[int]
) -> set[tuple[int, int]]:
    """Return pairs of member and request for the members who may see requests."""
    kept_when_locked = CoreSettings.lock_permissions.of(request.registry)
    viewer_ids = holders(request.db, user_ids, VIEW, kept_when_locked)
    return {(user_id, request_id) for user_id in viewer_ids for request_id in request_ids}


def live(
    request: Request, user_ids: Sequence[int], request_ids: Sequence[int]
) -> set[tuple[int, int]]:
    """Return the pairs of ``viewers`` for the requests that are not deleted.

    Requests that the session has loaded, such as the one that is being filled, are not read again.
    """
    loaded = _loaded(request.db, request_ids)
    live_ids = [row.id for row in loaded.values() if row.deleted is None]
    other_ids = [request_id for request_id in request_ids if request_id not in loaded]
    if other_ids:
        query = select(TorrentRequest.id).where(
            TorrentRequest.id.in_(other_ids), TorrentRequest.deleted.is_(None)
        )
        live_ids.extend(request.db.scalars(query))
    return viewers(request, user_ids, live_ids)


def _loaded(session: Session, request_ids: Iterable[int]) -> dict[int, TorrentRequest]:
    """The requests that the session has loaded, by id."""
    rows = (
        session.identity_map.get(identity_key(TorrentRequest, request_id))
        for request_id in request_ids
    )
    return {row.id: row for row in rows if row is not None}


def filled(request: Request, torrent_request: TorrentRequest) -> None:
    """Notify the creator, the voters and the members who bookmarked the request."""
    recipients = voters(request.db, torrent_request.id) | bookmarkers(
        request.db, torrent_request.id
    )
    contents = {"torrent_id": torrent_request.torrent_id, "filler_id": torrent_request.filler_id}
    _notify(
        request,
        "requests_filled",
        torrent_request,
        [torrent_request.user_id, *recipients],
        contents,
    )


def unfilled(
    request: Request, torrent_request: TorrentRequest, filler_id: int | None, reason: str, debt: int
) -> None:
    """Notify the creator, the voters and the filler. Only the filler sees their new debt."""
    contents = {"reason": reason, "bounty": torrent_request.bounty}
    recipients = {torrent_request.user_id, *voters(request.db, torrent_request.id)} - {filler_id}
    _notify(request, "requests_unfilled", torrent_request, recipients, contents)
    own = {**contents, "debt": debt} if debt else contents
    _notify(request, "requests_unfilled", torrent_request, [filler_id], own)


def deleted(
    request: Request, torrent_request: TorrentRequest, recipients: Iterable[int | None], reason: str
) -> None:
    """Notify the recipients of the deletion of the request."""
    _notify(request, "requests_deleted", torrent_request, recipients, {"reason": reason})


def _notify(
    request: Request,
    name: str,
    torrent_request: TorrentRequest,
    recipients: Iterable[int | None],
    contents: dict[str, Any],
) -> None:
    request.find_service(INotifications).notify(
        request,
        name,
        {user_id for user_id in recipients if user_id is not None},
        {"request_id": torrent_request.id, "title": torrent_request.title, **contents},
        subject_type=_SUBJECT,
        subject_id=torrent_request.id,
    )
