"""Showing, creating and moderating threads."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.request import Request
from pulsar.serialization import Message, Prepared

from ..inputs import (
    CreateNoteInput,
    CreateThreadInput,
    EditThreadInput,
    MarkViewedInput,
    ReadListInput,
)
from ..interfaces import IForumThread, IForumThreadNote
from ..list_query import ReadList
from ..models import Thread, ThreadNote
from ..permissions import THREADS_CREATE, THREADS_MODIFY, THREADS_MODIFY_ADVANCED, VIEW
from ..resources import ThreadResource, Threads
from ..schemas import CreateNote, CreateThread, EditThread, MarkViewed
from ..services import threads
from ..thread_page import thread_page
from ..viewer import mark_viewed


@view_config(
    context=Threads,
    request_method="POST",
    permission=THREADS_CREATE,
    schema=CreateThread,
    response=IForumThread,
    status=201,
)
def create(context: Threads, request: Request[CreateThreadInput]) -> Any:
    """Create a thread with its first post."""
    return context(threads.create_thread(request, request.validated))


@view_config(
    context=ThreadResource,
    request_method="GET",
    permission=VIEW,
    schema=ReadList,
    response=IForumThread,
)
def view(context: ThreadResource, request: Request[ReadListInput]) -> Prepared:
    """Show a thread and its posts."""
    return thread_page(request, context)


@view_config(
    context=ThreadResource,
    request_method="PUT",
    permission=THREADS_MODIFY,
    schema=EditThread,
    response=IForumThread,
)
def edit(context: ThreadResource, request: Request[EditThreadInput]) -> Thread:
    """Rename, move, lock or stick a thread, or undo that."""
    return threads.edit_thread(request, context.id, request.validated)


@view_config(
    context=ThreadResource,
    request_method="DELETE",
    permission=THREADS_MODIFY_ADVANCED,
    response=Message(),
)
def delete(context: ThreadResource, request: Request) -> str:
    """Delete a thread and its posts."""
    thread = threads.delete_thread(request, context.id)
    return f"ForumThread {thread.id} ({thread.topic}) has been deleted."


@view_config(
    context=ThreadResource,
    name="restore",
    request_method="POST",
    permission=THREADS_MODIFY_ADVANCED,
    response=IForumThread,
)
def restore(context: ThreadResource, request: Request) -> Thread:
    """Undo the deletion of a thread."""
    return threads.restore_thread(request, context.id)


@view_config(
    context=ThreadResource,
    name="notes",
    request_method="POST",
    permission=THREADS_MODIFY,
    schema=CreateNote,
    response=IForumThreadNote,
    status=201,
)
def add_note(context: ThreadResource, request: Request[CreateNoteInput]) -> ThreadNote:
    """Add a note for moderators to a thread."""
    return threads.add_note(request, context.id, request.validated["note"])


@view_config(
    context=ThreadResource,
    name="viewed",
    request_method="PUT",
    permission=VIEW,
    schema=MarkViewed,
    response=Message(),
    operation="mark_forum_thread_viewed",
)
def viewed(context: ThreadResource, request: Request[MarkViewedInput]) -> str:
    """Mark a thread as read up to a post."""
    mark_viewed(request, context.model, request.validated.get("post_id"))
    return f"Thread {context.id} is marked as read."
