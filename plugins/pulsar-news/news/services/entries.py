"""Writing, editing, deleting and restoring entries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pyramid.authorization import ACLDenied
from pyramid.httpexceptions import HTTPForbidden
from sqlalchemy import select

from pulsar.db import utcnow
from pulsar.errors import Forbidden
from pulsar.interfaces import ISearch, ISiteLog, IText
from pulsar.request import Request
from pulsar.sitelog.service import changes
from pulsar.users.models import User

from .. import tags
from ..access import WRITING
from ..errors import AlreadyPublished
from ..inputs import CreateEntryInput, EditEntryInput
from ..models import BLOG, Entry
from ..permissions import MODIFY
from ..queries import KIND, shown_entries

_TEXT = ("title", "contents", "format")


def create_entry(request: Request, values: CreateEntryInput) -> Entry:
    """Store an entry, published now or scheduled. Raises HTTPForbidden or Forbidden."""
    require_may_write(request, values["kind"])
    if values["pinned"] and values["kind"] == BLOG:
        require_may_pin(request)
    entry = Entry(
        kind=values["kind"],
        title=values["title"].strip(),
        contents=values["contents"],
        format=values["format"],
        pinned=values["pinned"],
        comments_open=values["comments_open"],
        publish_at=time_of(values.get("publish_at")),
        # The serializer needs these relations; setting them saves loading the entry again.
        author=request.db.get_one(User, request.caller.user_id),
        editor=None,
    )
    request.db.add(entry)
    request.db.flush()
    index(request, entry)
    request.cache.invalidate(tags.ENTRIES)
    return entry


def edit_entry(request: Request, entry: Entry, values: EditEntryInput) -> Entry:
    """Change an entry. Raises AlreadyPublished or Forbidden."""
    if "pinned" in values:
        require_may_pin(request)
    entry = lock_entry(request, entry.id)
    fields: dict[str, Any] = dict(values)
    if "title" in fields:
        fields["title"] = fields["title"].strip()
    if "publish_at" in fields:
        if entry.publish_at <= utcnow():
            raise AlreadyPublished
        fields["publish_at"] = time_of(fields["publish_at"])
    before, after = changes(entry, fields)
    for name, value in after.items():
        setattr(entry, name, value)
    if not after.keys().isdisjoint(_TEXT):
        entry.edited_time, entry.editor_id = utcnow(), request.caller.user_id
    request.db.flush()
    if entry.deleted is None:
        index(request, entry)
    if after:
        log_change(request, "news_edited", entry, before, after)
    request.cache.invalidate(tags.ENTRIES)
    return reload(request, entry.id)


def delete_entry(request: Request, entry: Entry) -> None:
    """Mark an entry as deleted, which hides its comments too."""
    entry = lock_entry(request, entry.id)
    if entry.deleted is None:
        entry.deleted, entry.deleter_id = utcnow(), request.caller.user_id
        request.db.flush()
        request.find_service(ISearch).drop(request.db, KIND, entry.id)
        log_change(request, "news_deleted", entry, None, None)
        request.cache.invalidate(tags.ENTRIES)


def restore_entry(request: Request, entry: Entry) -> Entry:
    """Undo the deletion of an entry."""
    entry = lock_entry(request, entry.id)
    if entry.deleted is not None:
        entry.deleted = entry.deleter_id = None
        request.db.flush()
        index(request, entry)
        log_change(request, "news_restored", entry, None, None)
        request.cache.invalidate(tags.ENTRIES)
    return reload(request, entry.id)


def require_may_write(request: Request, kind: str) -> None:
    """Raise HTTPForbidden if the caller may not write entries of the kind."""
    needed = WRITING[kind]
    if not request.caller.has(needed):
        denied = ACLDenied("<default deny>", None, needed, (), request.context)
        raise HTTPForbidden(result=denied)


def require_may_pin(request: Request) -> None:
    """Raise Forbidden if the caller may not pin entries."""
    if not request.caller.has(MODIFY):
        raise Forbidden


def time_of(moment: datetime | None) -> datetime:
    """Return the requested time of publication, or now if it is None or has passed.

    With an earlier time, the entry would count as seen for members who have marked later ones.
    """
    now = utcnow()
    return now if moment is None else max(moment, now)


def lock_entry(request: Request, entry_id: int) -> Entry:
    """Load the entry and lock it until the end of the request."""
    query = select(Entry).where(Entry.id == entry_id).with_for_update(of=Entry)
    return request.db.scalars(query.execution_options(populate_existing=True)).one()


def reload(request: Request, entry_id: int) -> Entry:
    """Load the entry again, with the relations that the serializer needs."""
    query = shown_entries(select(Entry)).where(Entry.id == entry_id)
    return request.db.scalars(query.execution_options(populate_existing=True)).one()


def index(request: Request, entry: Entry) -> None:
    """Put the entry into the search index. Queries check whether the caller may see it."""
    text = request.find_service(IText).searchable(entry.format, entry.contents)
    request.find_service(ISearch).put(request.db, KIND, entry.id, f"{entry.title}\n{text}")


def log_change(
    request: Request,
    action: str,
    entry: Entry,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Write a change of another member's entry to the site log."""
    if entry.author_id != request.caller.user_id:
        request.find_service(ISiteLog).record(
            request,
            action,
            entry.title,
            target=entry,
            before=before,
            after=after,
        )
