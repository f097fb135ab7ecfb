"""Listing, writing and moderating entries."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.paging import Page
from pulsar.request import Request
from pulsar.serialization import Listing, Message

from ..errors import AlreadyPublished
from ..inputs import CreateEntryInput, EditEntryInput, ListEntriesInput
from ..interfaces import INewsEntry
from ..models import Entry
from ..page import entries_page
from ..permissions import CREATE, MODIFY, VIEW
from ..resources import EntryResource, News
from ..schemas import CreateEntry, EditEntry, ListEntries
from ..services import entries


@view_config(
    context=News,
    request_method="GET",
    permission=VIEW,
    schema=ListEntries,
    response=Listing(INewsEntry),
)
def list_entries(context: News, request: Request[ListEntriesInput]) -> Page:
    """List and search entries: pinned ones first, then the newest."""
    return entries_page(request, request.validated)


@view_config(
    context=News,
    request_method="POST",
    permission=CREATE,
    schema=CreateEntry,
    response=INewsEntry,
    status=201,
)
def create(context: News, request: Request[CreateEntryInput]) -> Any:
    """Write an entry.

    News require `news_create`, blog entries `news_blog_create`. Subscribers are notified within a
    minute after the entry's time.
    """
    return context(entries.create_entry(request, request.validated))


@view_config(context=EntryResource, request_method="GET", permission=VIEW, response=INewsEntry)
def view(context: EntryResource, request: Request) -> Entry:
    """Show an entry."""
    return context.model


@view_config(
    context=EntryResource,
    request_method="PUT",
    permission=MODIFY,
    schema=EditEntry,
    response=INewsEntry,
    errors=(AlreadyPublished,),
)
def edit(context: EntryResource, request: Request[EditEntryInput]) -> Entry:
    """Edit an entry. Authors of blog entries may edit their own."""
    return entries.edit_entry(request, context.model, request.validated)


@view_config(
    context=EntryResource,
    request_method="DELETE",
    permission=MODIFY,
    response=Message(),
)
def delete(context: EntryResource, request: Request) -> str:
    """Delete an entry. Authors of blog entries may delete their own."""
    entries.delete_entry(request, context.model)
    return f"NewsEntry {context.model.id} has been deleted."


@view_config(
    context=EntryResource,
    name="restore",
    request_method="POST",
    permission=MODIFY,
    response=INewsEntry,
)
def restore(context: EntryResource, request: Request) -> Entry:
    """Undo the deletion of an entry. Authors of blog entries may undo their own deletions."""
    return entries.restore_entry(request, context.model)
