"""Locking a thread, together with the data that decides whether the caller may write in it."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Load, aliased, contains_eager

from pulsar.request import Request
from pulsar.users.loading import presented
from pulsar.users.models import User

from ..models import Forum, Post, Thread

_LAST = aliased(Post)

#: Built once, because every new post runs it. It locks only the thread's row. The outer joins
#: ensure that missing related rows do not hide the thread.
_LOCKED = (
    select(Thread, User, _LAST.id, _LAST.user_id)
    .select_from(Thread)
    .join(User, User.id == bindparam("caller"))
    .outerjoin(Forum, Forum.id == Thread.forum_id)
    .outerjoin(_LAST, _LAST.id == Thread.last_post_id)
    .where(Thread.id == bindparam("thread"))
    .options(
        contains_eager(Thread.forum),
        presented(Load(User)),
    )
    .with_for_update(of=Thread)
    .execution_options(populate_existing=True)
)


class Place(NamedTuple):
    """A locked thread with its forum, the caller, and the author of its last live post."""

    thread: Thread
    caller: User
    last_post_id: int | None
    last_author_id: int | None

    @property
    def own_last(self) -> int | None:
        """The id of the thread's last live post, if the caller wrote it."""
        return self.last_post_id if self.last_author_id == self.caller.id else None

    @property
    def is_true(self) -> bool:
        """Whether the joined rows belong to the thread's row as it is now.

        After waiting for the lock, PostgreSQL returns the current row of the thread, but joins it
        to the rows that it found before (READ COMMITTED). If the thread was moved or written in
        meanwhile, the joined columns are empty.
        """
        thread = self.thread
        return thread.forum is not None and thread.last_post_id == self.last_post_id


def lock_place(request: Request, thread_id: int) -> Place | None:
    """Return the current thread, locked until the end of the request."""
    parameters = {"thread": thread_id, "caller": request.caller.user_id}
    row = request.db.execute(_LOCKED, parameters).one_or_none()
    if row is None:
        return None
    place = Place(*row)
    if place.is_true:
        return place
    return Place(*request.db.execute(_LOCKED, parameters).one())


def lock_thread(request: Request, thread_id: int) -> Thread | None:
    """Return the thread of the place."""
    place = lock_place(request, thread_id)
    return place and place.thread
