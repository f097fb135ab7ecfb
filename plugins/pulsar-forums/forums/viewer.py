"""The read marks and subscriptions of a member."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, func, literal, select, true, update
from sqlalchemy.orm import aliased

from pulsar.db import upsert
from pulsar.db.rows import changed_rows
from pulsar.errors import Refused
from pulsar.request import Request, per_request

from . import tags
from .access import is_live
from .models import Post, Thread, ThreadSubscription, ThreadView
from .queries import posts_of, threads_of

#: The highest number of unread posts that is counted, which limits the cost of long threads.
MAX_UNREAD = 1_000

#: Updates the read mark of a member for a thread that they opened before. Built once, because every
#: new post needs it.
SEEN = (
    update(ThreadView)
    .where(
        ThreadView.user_id == bindparam("user"),
        ThreadView.thread_id == bindparam("thread"),
    )
    .values(post_id=bindparam("post"))
    .execution_options(synchronize_session=False)
)


class State(NamedTuple):
    """The state of a thread for a member; the post is the last live one that they have read."""

    subscribed: bool = False
    post_id: int | None = None
    unread: int = 0


class Viewer:
    """The caller's states, queried once for each list of threads; see :func:`forum_viewer`."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._states: dict[int, State] = {}

    def states(self, threads: Sequence[Thread]) -> dict[int, State]:
        """Return the states by thread id, in one statement."""
        unknown = [thread for thread in threads if thread.id not in self._states]
        if unknown:
            self._states.update(self._load(unknown))
        return self._states

    def _load(self, threads: Sequence[Thread]) -> dict[int, State]:
        states = {thread.id: State(unread=min(thread.post_count, MAX_UNREAD)) for thread in threads}
        if self._request.identity is None:
            return states
        user_id = self._request.identity.user_id
        read, unread = aliased(Post), aliased(Post)
        last_read = (
            select(func.max(read.id))
            .where(read.thread_id == Thread.id, read.id <= ThreadView.post_id, *is_live(read))
            .scalar_subquery()
        )
        some = (
            select(unread.id)
            .where(unread.thread_id == Thread.id, unread.id > ThreadView.post_id, *is_live(unread))
            .limit(MAX_UNREAD)
            .correlate(Thread, ThreadView)
            .subquery()
        )
        number = select(func.count()).select_from(some).scalar_subquery()
        rows = self._request.db.execute(
            select(Thread.id, ThreadSubscription.user_id, ThreadView.post_id, last_read, number)
            .outerjoin(
                ThreadSubscription,
                and_(
                    ThreadSubscription.thread_id == Thread.id,
                    ThreadSubscription.user_id == user_id,
                ),
            )
            .outerjoin(
                ThreadView,
                and_(ThreadView.thread_id == Thread.id, ThreadView.user_id == user_id),
            )
            .where(Thread.id.in_(states))
        )
        for thread_id, subscriber, viewed, post_id, count in rows:
            state = states[thread_id]
            states[thread_id] = State(
                subscriber is not None, post_id, state.unread if viewed is None else count
            )
        return states


#: The request's :class:`Viewer`.
forum_viewer = per_request(Viewer)


def mark_viewed(request: Request, thread: Thread, post_id: int | None) -> None:
    """Mark the thread as read up to the post, forward or back; None is the newest post.

    Raises Invalid if the post is not a live post of the thread.
    """
    seen_id = thread.last_post_id if post_id is None else post_id
    if seen_id is None:
        return
    if seen_id != thread.last_post_id:
        query = select(Post.id).where(Post.id == seen_id, *posts_of(thread.id))
        if request.db.scalar(query) is None:
            raise Refused({"post_id": ["Invalid ForumPost id."]})
    user_id = request.caller.user_id
    row = {"user": user_id, "thread": thread.id, "post": seen_id}
    updated = request.db.execute(SEEN, row)
    if changed_rows(updated):
        request.cache.invalidate(tags.viewer(user_id))
        return
    put_viewed(request, thread.id, seen_id)


def put_viewed(request: Request, thread_id: int, post_id: int) -> None:
    """Store the caller's read mark of a thread that they may not have opened before."""
    row = select(literal(request.caller.user_id), literal(thread_id), literal(post_id))
    # Without a condition, SQLite would parse ON CONFLICT as the condition of the join.
    _put(request, row.where(true()))


def mark_forum_viewed(request: Request, forum_id: int) -> None:
    """Mark all threads of the forum that the caller may see as read."""
    _put(
        request,
        select(literal(request.caller.user_id), Thread.id, Thread.last_post_id)
        .where(*threads_of(request, forum_id), Thread.last_post_id.is_not(None))
        # Concurrent requests of the same member lock the rows in the same order.
        .order_by(Thread.id),
    )


def _put(request: Request, rows: Select[Any]) -> None:
    """Store rows of member, thread and post with one INSERT from the query; no row is read."""
    insert = upsert(request.db, ThreadView)
    insert = insert.from_select(["user_id", "thread_id", "post_id"], rows)
    request.db.execute(
        insert.on_conflict_do_update(
            index_elements=["user_id", "thread_id"], set_={"post_id": insert.excluded.post_id}
        )
    )
    request.cache.invalidate(tags.viewer(request.caller.user_id))
