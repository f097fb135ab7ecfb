"""What a member has read of threads and is subscribed to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pyramid.request import Request
from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import aliased

from pulsar.errors import Invalid

from .access import is_live
from .models import Post, Thread, ThreadSubscription, ThreadView
from .queries import posts_of, threads_of
from .tags import viewer_tag


class State(NamedTuple):
    """How a member stands to a thread; the post is the last read one that is live."""

    subscribed: bool = False
    post_id: int | None = None
    unread: int = 0


class Viewer:
    """``request.forum_viewer``: the caller's states, asked for once for each list of threads."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._states: dict[int, State] = {}

    def states(self, threads: Sequence[Thread]) -> dict[int, State]:
        """The states by thread id, in one statement."""
        unknown = [thread for thread in threads if thread.id not in self._states]
        if unknown:
            self._states.update(self._load(unknown))
        return self._states

    def _load(self, threads: Sequence[Thread]) -> dict[int, State]:
        found = {thread.id: State(unread=thread.post_count) for thread in threads}
        if self._request.identity is None:
            return found
        user_id = self._request.identity.user_id
        read, unread = aliased(Post), aliased(Post)
        last_read = (
            select(func.max(read.id))
            .where(read.thread_id == Thread.id, read.id <= ThreadView.post_id, *is_live(read))
            .scalar_subquery()
        )
        number = (
            select(func.count())
            .where(unread.thread_id == Thread.id, unread.id > ThreadView.post_id, *is_live(unread))
            .scalar_subquery()
        )
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
            .where(Thread.id.in_(found))
        )
        for thread_id, subscriber, viewed, post_id, count in rows:
            known = found[thread_id]
            found[thread_id] = State(
                subscriber is not None, post_id, known.unread if viewed is None else count
            )
        return found


def mark_viewed(request: Request, thread: Thread, post_id: int | None) -> None:
    """Note that the caller has read the thread up to the post, forward or back; None is the newest.

    Raises Invalid for a post that is not a live one of the thread.
    """
    wanted = thread.last_post_id if post_id is None else post_id
    if wanted is None:
        return
    if wanted != thread.last_post_id:
        query = select(Post.id).where(Post.id == wanted, *posts_of(thread.id))
        if request.db.scalar(query) is None:
            raise Invalid({"post_id": ["Invalid ForumPost id."]})
    _put(request, [{"thread_id": thread.id, "post_id": wanted}])


def mark_forum_viewed(request: Request, forum_id: int) -> None:
    """Note that the caller has read all threads of the forum that they may see."""
    rows = request.db.execute(
        select(Thread.id, Thread.last_post_id).where(
            *threads_of(request, forum_id), Thread.last_post_id.is_not(None)
        )
    )
    _put(request, [{"thread_id": row.id, "post_id": row.last_post_id} for row in rows])


def _put(request: Request, rows: list[dict[str, int]]) -> None:
    user_id = request.identity.user_id
    postgresql = request.db.get_bind().dialect.name == "postgresql"
    insert = (postgresql_insert if postgresql else sqlite_insert)(ThreadView)
    if rows:
        request.db.execute(
            insert.on_conflict_do_update(
                index_elements=["user_id", "thread_id"], set_={"post_id": insert.excluded.post_id}
            ),
            [{"user_id": user_id, **row} for row in rows],
        )
    request.cache.invalidate(viewer_tag(user_id))
