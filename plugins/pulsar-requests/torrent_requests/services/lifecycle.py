"""Creating, editing and deleting requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select

from pulsar.db import utcnow
from pulsar.errors import Invalid
from pulsar.interfaces import ISearch, ISiteLog, IText
from pulsar.request import Request
from pulsar.users import tags as user_tags
from torrents.categories.services import require_category
from torrents.tags import clean_tags, find_or_make

from .. import notifications
from ..credit import lock, lock_members, put_up, reclaim, refund
from ..errors import AlreadyFilled, OthersVoted
from ..events import RequestCreated, RequestDeleted, RequestEdited
from ..inputs import CreateRequestInput, EditRequestInput
from ..models import TorrentRequest, Vote
from ..permissions import DELETE, MODIFY
from ..queries import KIND
from ..settings import RequestsSettings


def create(request: Request, values: CreateRequestInput) -> TorrentRequest:
    """Create a request with its bounty. Raises Invalid or NotEnoughCredit."""
    settings, session = request.registry.settings, request.db
    errors = _category_errors(request, values)
    if values["bounty"] < RequestsSettings.min_bounty.read(settings):
        errors["bounty"] = [f"value must be at least {RequestsSettings.min_bounty.read(settings)}"]
    if errors:
        raise Invalid(errors)
    torrent_request = TorrentRequest(
        user_id=request.caller.user_id,
        category=values["category"],
        title=values["title"].strip(),
        description=values["description"],
        format=values["format"],
        tags=find_or_make(session, clean_tags(values["tags"])),
    )
    session.add(torrent_request)
    session.flush()
    put_up(
        request,
        torrent_request,
        values["bounty"],
        "create",
        RequestsSettings.min_credit.read(settings),
    )
    session.refresh(torrent_request)
    index(request, torrent_request)
    request.registry.notify(RequestCreated(request, torrent_request))
    return torrent_request


def edit(request: Request, torrent_request: TorrentRequest, values: EditRequestInput) -> None:
    """Change the given values of a request.

    Edits of others' requests are written to the site log. Raises Invalid, and AlreadyFilled if a
    creator without ``requests_modify`` edits a filled request.
    """
    errors = _category_errors(request, values)
    if errors:
        raise Invalid(errors)
    lock(request, torrent_request)
    if torrent_request.filled is not None and not request.caller.has(MODIFY):
        raise AlreadyFilled
    before = _logged_fields(torrent_request)
    for name in ("category", "description", "format"):
        if name in values:
            setattr(torrent_request, name, values[name])
    if "title" in values:
        torrent_request.title = values["title"].strip()
    if "tags" in values:
        torrent_request.tags = find_or_make(request.db, clean_tags(values["tags"]))
    after = _logged_fields(torrent_request)
    changed = [name for name in before if before[name] != after[name]]
    if changed:
        torrent_request.edited = utcnow()
        request.db.flush()
        index(request, torrent_request)
        log_change(
            request,
            "request_edited",
            torrent_request,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    request.registry.notify(RequestEdited(request, torrent_request))


def delete(
    request: Request, torrent_request: TorrentRequest, reason: str, bounty: str | None
) -> None:
    """Delete a request and return the contributions.

    ``bounty`` decides about the bounty of a filled request: ``refund`` takes it back from the
    filler and returns the contributions, ``keep`` leaves it to the filler. Deletions of others'
    requests are written to the site log.

    Raises CreditFull, FillerRemoved, AlreadyFilled and OthersVoted for a creator without
    ``requests_delete``, and Invalid if the decision, or the reason for deleting another member's
    request, is missing.
    """
    lock(request, torrent_request)
    is_filled = torrent_request.filled is not None
    if is_filled and not request.caller.has(DELETE):
        raise AlreadyFilled("Only staff may delete a request that has been filled.")
    is_own = torrent_request.user_id == request.caller.user_id
    if is_own and not request.caller.has(DELETE) and _others_voted(request, torrent_request):
        raise OthersVoted
    if not is_own and not reason.strip():
        raise Invalid({"reason": ["required key not provided"]})
    if is_filled and bounty is None:
        raise Invalid({"bounty": ["required for a filled request: refund or keep"]})
    if not is_filled and bounty == "keep":
        raise Invalid({"bounty": ["nobody has filled the request: leave it out, or refund"]})
    lock_members(request.db, torrent_request)
    decision: dict[str, Any] = {}
    if is_filled:
        decision = {"bounty": bounty, "filler_id": torrent_request.filler_id}
        if bounty == "refund":
            decision["debt"] = reclaim(request, torrent_request)
    torrent_request.deleted = utcnow()
    request.db.flush()
    paid = [] if bounty == "keep" else refund(request, torrent_request)
    request.find_service(ISearch).drop(request.db, KIND, torrent_request.id)
    # Profiles show the numbers of requests that members have created and filled.
    user_ids = (torrent_request.user_id, torrent_request.filler_id)
    request.cache.invalidate(*(user_tags.profile(user_id) for user_id in user_ids if user_id))
    log_change(
        request,
        "request_deleted",
        torrent_request,
        before={**_logged_fields(torrent_request), "bounty": torrent_request.bounty},
        after={"reason": reason, **decision},
    )
    told = {*paid, torrent_request.filler_id} if bounty == "refund" else paid
    notifications.deleted(request, torrent_request, told, reason)
    request.registry.notify(RequestDeleted(request, torrent_request))


def log_change(
    request: Request, action: str, torrent_request: TorrentRequest, **fields: Mapping[str, Any]
) -> None:
    """Write a change of another member's request to the site log."""
    if request.caller.user_id != torrent_request.user_id:
        request.find_service(ISiteLog).record(
            request, action, torrent_request.title, target=torrent_request, **fields
        )


def index(request: Request, torrent_request: TorrentRequest) -> None:
    """Put the request into the search index: title and tags first, then the description."""
    tags = " ".join(tag.name for tag in torrent_request.tags)
    text = request.find_service(IText).searchable(
        torrent_request.format, torrent_request.description
    )
    body = "\n".join([torrent_request.title, tags, text])
    request.find_service(ISearch).put(request.db, KIND, torrent_request.id, body)


def _others_voted(request: Request, torrent_request: TorrentRequest) -> bool:
    others = exists().where(
        Vote.request_id == torrent_request.id,
        Vote.user_id.is_distinct_from(torrent_request.user_id),
    )
    return bool(request.db.scalar(select(others)))


def _category_errors(request: Request, values: Mapping[str, Any]) -> dict[str, list[str]]:
    if "category" in values:
        try:
            require_category(request.db, values["category"])
        except Invalid as error:
            return dict(error.errors or {})
    return {}


def _logged_fields(torrent_request: TorrentRequest) -> dict[str, Any]:
    """Return the values of a request that the site log stores."""
    return {
        "category": torrent_request.category,
        "title": torrent_request.title,
        "description": torrent_request.description,
        "format": torrent_request.format,
        "tags": sorted(tag.name for tag in torrent_request.tags),
    }
