"""The place where somebody writes or moderates: a thread, locked, with what decides about it."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Load, aliased, contains_eager

from pulsar.request import Request
from pulsar.users.loading import presented
from pulsar.users.models import User

from ..models import Forum, Post, Thread

_LAST = aliased(Post)

#: Made once, since every post asks it. Only the thread's row is locked, and never misses for the
#: sake of what is joined to it.
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
    """A locked thread with its forum, the caller, and who wrote its last live post."""

    thread: Thread
    caller: User
    last_post_id: int | None
    last_author_id: int | None

    @property
    def own_last(self) -> int | None:
        """The thread's last live post, if the caller wrote it."""
        return self.last_post_id if self.last_author_id == self.caller.id else None

    @property
    def is_true(self) -> bool:
        """Whether what is joined to the thread's row belongs to it as it is now.

        PostgreSQL answers with the row as it is behind the lock, but joins to it what it found
        before it waited (READ COMMITTED): nothing, where the thread was moved or written in.
        """
        thread = self.thread
        return thread.forum is not None and thread.last_post_id == self.last_post_id


def lock_place(request: Request, thread_id: int) -> Place | None:
    """The thread as it is now; whoever else writes in it waits for the request's end."""
    parameters = {"thread": thread_id, "caller": request.caller.user_id}
    row = request.db.execute(_LOCKED, parameters).one_or_none()
    if row is None:
        return None
    place = Place(*row)
    if place.is_true:
        return place
    return Place(*request.db.execute(_LOCKED, parameters).one())


def lock_thread(request: Request, thread_id: int) -> Thread | None:
    """The thread of the place."""
    place = lock_place(request, thread_id)
    return place and place.thread
