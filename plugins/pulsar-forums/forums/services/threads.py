"""Creating, changing, moving, deleting and restoring threads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, literal, select

from pulsar.db import utcnow
from pulsar.errors import NotFound, Refused
from pulsar.interfaces import ISiteLog
from pulsar.request import Request
from pulsar.sitelog.service import changes
from pulsar.users.models import User

from .. import tags
from ..access import forum_access, is_live
from ..events import PostCreated, ThreadCreated
from ..inputs import CreateThreadInput, EditThreadInput
from ..models import (
    STICKY,
    Forum,
    ForumSubscription,
    Post,
    Thread,
    ThreadNote,
    ThreadSubscription,
)
from ..queries import shown_threads
from . import counts
from .lock_thread import lock_thread
from .posts import add_post, index, require_length


def create_thread(request: Request, values: CreateThreadInput) -> Thread:
    """Create a thread in a forum that the caller fully sees. Raises Invalid."""
    require_length(request, values["contents"])
    forum = _lock_forum(request, values["forum_id"])
    thread = Thread(
        forum=forum,
        topic=values["topic"].strip(),
        creator_id=request.caller.user_id,
        locked=False,
        sticky=False,
        post_count=0,
        place=0,
    )
    request.db.add(thread)
    request.db.flush()
    request.db.execute(
        insert(ThreadSubscription).from_select(
            ["user_id", "thread_id"],
            select(ForumSubscription.user_id, literal(thread.id)).where(
                ForumSubscription.forum_id == forum.id
            ),
        )
    )
    counts.count_thread(request, forum.id, 1)
    counts.add(request, forum.id, {request.caller.user_id: counts.WrittenCounts(threads=1)})
    author = request.db.get_one(User, request.caller.user_id)
    post = add_post(request, thread, author, values)
    _forget(request, thread)
    request.registry.notify(ThreadCreated(request, thread))
    request.registry.notify(PostCreated(request, post))
    return reload(request, thread.id)


def edit_thread(request: Request, thread_id: int, values: EditThreadInput) -> Thread:
    """Rename, move, lock or stick a thread, or undo that. Raises Invalid."""
    thread = _locked(request, thread_id)
    fields: dict[str, Any] = dict(values)
    if "topic" in fields:
        fields["topic"] = fields["topic"].strip()
    before, after = changes(thread, fields)
    if "forum_id" in after:
        _move(request, thread, after["forum_id"])
    for name, value in after.items():
        setattr(thread, name, value)
    thread.place = thread.place % STICKY + (STICKY if thread.sticky else 0)
    request.db.flush()
    if "topic" in after:
        first = select(Post).where(Post.thread_id == thread.id).order_by(Post.id).limit(1)
        post = request.db.scalar(first)
        if post is not None and post.deleted is None:
            index(request, post, thread.topic)
    if after:
        log_change(request, "forum_thread_edited", thread, before, after)
    _forget(request, thread)
    return reload(request, thread.id)


def delete_thread(request: Request, thread_id: int) -> Thread:
    """Delete a thread and its posts."""
    thread = _locked(request, thread_id)
    if thread.deleted is None:
        thread.deleted = utcnow()
        request.db.flush()
        counts.count_thread(request, thread.forum_id, -1)
        counts.take(request, thread.forum_id, counts.in_thread(request, thread))
        log_change(request, "forum_thread_deleted", thread, None, None)
        _forget(request, thread)
    return thread


def restore_thread(request: Request, thread_id: int) -> Thread:
    """Undo the deletion of a thread; posts that were deleted separately stay deleted."""
    thread = _locked(request, thread_id)
    if thread.deleted is not None:
        thread.deleted = None
        request.db.flush()
        counts.count_thread(request, thread.forum_id, 1)
        counts.add(request, thread.forum_id, counts.in_thread(request, thread))
        log_change(request, "forum_thread_restored", thread, None, None)
        _forget(request, thread)
    return reload(request, thread.id)


def add_note(request: Request, thread_id: int, note: str) -> ThreadNote:
    """Add a note to a thread."""
    thread_note = ThreadNote(thread_id=thread_id, user_id=request.caller.user_id, note=note)
    request.db.add(thread_note)
    request.db.flush()
    request.cache.invalidate(tags.thread(thread_id))
    return thread_note


def reload(request: Request, thread_id: int) -> Thread:
    """Return the thread with everything that its serializer needs."""
    query = shown_threads(select(Thread)).where(Thread.id == thread_id)
    return request.db.scalars(query.execution_options(populate_existing=True)).one()


def log_change(
    request: Request,
    action: str,
    thread: Thread,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Write to the site log what is done to a thread."""
    request.find_service(ISiteLog).record(
        request, action, thread.topic, target=thread, before=before, after=after
    )


def _move(request: Request, thread: Thread, forum_id: int) -> None:
    """Move the thread and update the counters of both forums.

    Raises Invalid if the caller does not see the other forum.
    """
    # Lock both forums in the order of their ids, so that moves in opposite directions do not
    # deadlock.
    ids = sorted([thread.forum_id, forum_id])
    both = select(Forum.id).where(Forum.id.in_(ids)).order_by(Forum.id)
    request.db.execute(both.with_for_update(key_share=True))
    forum = _lock_forum(request, forum_id)
    if thread.deleted is None:
        written = counts.in_thread(request, thread)
        for moved_forum_id, number in sorted([(thread.forum_id, -1), (forum.id, 1)]):
            counts.count_thread(request, moved_forum_id, number)
        counts.take(request, thread.forum_id, written)
        counts.add(request, forum.id, written)


def _lock_forum(request: Request, forum_id: int) -> Forum:
    """Return the live forum, locked until the end of the request. Raises Invalid."""
    seen = forum_access(request).whole_forum(forum_id)
    query = select(Forum).where(Forum.id == forum_id, *is_live(Forum))
    forum = request.db.scalar(query.with_for_update(key_share=True)) if seen else None
    if forum is None:
        raise Refused({"forum_id": ["Invalid Forum id."]})
    return forum


def _locked(request: Request, thread_id: int) -> Thread:
    thread = lock_thread(request, thread_id)
    if thread is None:
        raise NotFound(f"ForumThread {thread_id} does not exist.")
    return thread


def _forget(request: Request, thread: Thread) -> None:
    request.cache.invalidate(tags.thread(thread.id), tags.posts(thread.id))
