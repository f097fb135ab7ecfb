"""Making, editing and deleting requests."""

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
from ..queries import KIND
from ..settings import RequestsSettings


def create(request: Request, values: CreateRequestInput) -> TorrentRequest:
    """Make a request and put up its bounty. Raises Invalid or NotEnoughCredit."""
    settings, session = request.registry.settings, request.db
    errors = _category_errors(request, values)
    if values["bounty"] < RequestsSettings.min_bounty.read(settings):
        errors["bounty"] = [f"value must be at least {RequestsSettings.min_bounty.read(settings)}"]
    if errors:
        raise Invalid(errors)
    wanted = TorrentRequest(
        user_id=request.caller.user_id,
        category=values["category"],
        title=values["title"].strip(),
        description=values["description"],
        format=values["format"],
        tags=find_or_make(session, clean_tags(values["tags"])),
    )
    session.add(wanted)
    session.flush()
    put_up(request, wanted, values["bounty"], "create", RequestsSettings.min_credit.read(settings))
    session.refresh(wanted)
    index(request, wanted)
    request.registry.notify(RequestCreated(request, wanted))
    return wanted


def edit(request: Request, wanted: TorrentRequest, values: EditRequestInput) -> None:
    """Change what the values name; of others' requests the site log tells.

    Raises Invalid, and AlreadyFilled for a creator without the permission.
    """
    errors = _category_errors(request, values)
    if errors:
        raise Invalid(errors)
    lock(request, wanted)
    if wanted.filled is not None and not request.caller.has("requests_modify"):
        raise AlreadyFilled
    before = _shown(wanted)
    for name in ("category", "description", "format"):
        if name in values:
            setattr(wanted, name, values[name])
    if "title" in values:
        wanted.title = values["title"].strip()
    if "tags" in values:
        wanted.tags = find_or_make(request.db, clean_tags(values["tags"]))
    after = _shown(wanted)
    changed = [name for name in before if before[name] != after[name]]
    if changed:
        wanted.edited = utcnow()
        request.db.flush()
        index(request, wanted)
        log(
            request,
            "request_edited",
            wanted,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    request.registry.notify(RequestEdited(request, wanted))


def delete(request: Request, wanted: TorrentRequest, reason: str, bounty: str | None) -> None:
    """Delete a request and give back what was put up; of others' the site log tells.

    ``bounty`` is what becomes of a bounty that was paid already: ``refund`` takes it back from the
    member who filled the request, ``keep`` leaves it to them.

    Raises CreditFull, AlreadyFilled and OthersVoted for a creator without the permission, and
    Invalid for staff without a reason, or without a decision on a filled request.
    """
    lock(request, wanted)
    is_filled = wanted.filled is not None
    if is_filled and not request.caller.has("requests_delete"):
        raise AlreadyFilled("Only staff may delete a request that has been filled.")
    is_own = wanted.user_id == request.caller.user_id
    if is_own and not request.caller.has("requests_delete") and _others_voted(request, wanted):
        raise OthersVoted
    if not is_own and not reason.strip():
        raise Invalid({"reason": ["required key not provided"]})
    if is_filled and bounty is None:
        raise Invalid({"bounty": ["required for a filled request: refund or keep"]})
    if not is_filled and bounty == "keep":
        raise Invalid({"bounty": ["nobody has filled the request: leave it out, or refund"]})
    lock_members(request.db, wanted)
    decision: dict[str, Any] = {}
    if is_filled:
        decision = {"bounty": bounty, "filler_id": wanted.filler_id}
        if bounty == "refund":
            decision["debt"] = reclaim(request, wanted)
    wanted.deleted = utcnow()
    request.db.flush()
    paid = [] if bounty == "keep" else refund(request, wanted)
    request.find_service(ISearch).drop(request.db, KIND, wanted.id)
    # How many requests they made and filled is part of members' profiles.
    user_ids = (wanted.user_id, wanted.filler_id)
    request.cache.invalidate(*(user_tags.profile(user_id) for user_id in user_ids if user_id))
    log(
        request,
        "request_deleted",
        wanted,
        before={**_shown(wanted), "bounty": wanted.bounty},
        after={"reason": reason, **decision},
    )
    told = {*paid, wanted.filler_id} if bounty == "refund" else paid
    notifications.deleted(request, wanted, told, reason)
    request.registry.notify(RequestDeleted(request, wanted))


def log(request: Request, action: str, wanted: TorrentRequest, **fields: Mapping[str, Any]) -> None:
    """Tell the site log of what is done to somebody else's request."""
    if request.caller.user_id != wanted.user_id:
        request.find_service(ISiteLog).record(
            request, action, wanted.title, target=wanted, **fields
        )


def index(request: Request, wanted: TorrentRequest) -> None:
    """Make the request findable by title, tags and description, most telling words first."""
    tags = " ".join(tag.name for tag in wanted.tags)
    text = request.find_service(IText).searchable(wanted.format, wanted.description)
    body = "\n".join([wanted.title, tags, text])
    request.find_service(ISearch).put(request.db, KIND, wanted.id, body)


def _others_voted(request: Request, wanted: TorrentRequest) -> bool:
    others = exists().where(
        Vote.request_id == wanted.id, Vote.user_id.is_distinct_from(wanted.user_id)
    )
    return bool(request.db.scalar(select(others)))


def _category_errors(request: Request, values: Mapping[str, Any]) -> dict[str, list[str]]:
    if "category" in values:
        try:
            require_category(request.db, values["category"])
        except Invalid as error:
            return dict(error.errors or {})
    return {}


def _shown(wanted: TorrentRequest) -> dict[str, Any]:
    """What the site log keeps of a request."""
    return {
        "category": wanted.category,
        "title": wanted.title,
        "description": wanted.description,
        "format": wanted.format,
        "tags": sorted(tag.name for tag in wanted.tags),
    }
