"""Cached summaries of threads.

Every request for a thread uses the summary to check whether the caller may see the thread.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from pulsar.request import Request

from . import tags
from .access import forum_access
from .models import Thread
from .permissions import FORUMS_MODIFY, THREADS_MODIFY_ADVANCED
from .queries import shown_threads


class ThreadSummary(NamedTuple):
    """The forum of a thread, and whether the thread or the forum is deleted."""

    id: int
    forum_id: int
    deleted: bool
    forum_deleted: bool

    @classmethod
    def of(cls, thread: Thread) -> ThreadSummary:
        """Return the summary of a thread whose forum is loaded."""
        deleted, forum_deleted = thread.deleted is not None, thread.forum.deleted is not None
        return cls(thread.id, thread.forum_id, deleted, forum_deleted)

    def is_visible(self, request: Request) -> bool:
        """Return whether the caller may see the thread."""
        identity = request.identity
        if identity is None or not forum_access(request).thread(self.id, self.forum_id):
            return False
        if self.deleted and not identity.has(THREADS_MODIFY_ADVANCED):
            return False
        return not self.forum_deleted or identity.has(FORUMS_MODIFY)

    def is_open_to(self, request: Request) -> bool:
        """Return whether the caller sees the thread, and neither it nor its forum is deleted."""
        return self.is_visible(request) and not self.deleted and not self.forum_deleted


def find_thread(request: Request, thread_id: int) -> ThreadSummary | Thread | None:
    """Return the thread if the caller may see it: its cached summary, or else its row."""
    loaded: list[Thread] = []

    def load() -> ThreadSummary | tuple[()]:
        query = shown_threads(select(Thread)).where(Thread.id == thread_id)
        loaded.extend(request.db.scalars(query))
        # A missing thread is cached too, so that its response takes as long as that of a hidden
        # thread.
        return ThreadSummary.of(loaded[0]) if loaded else ()

    key = f"forum-thread-head:{thread_id}"
    cached = request.cache.get_or_create(key, load, (tags.thread(thread_id), tags.ARRANGEMENT))
    if not cached:
        return None
    visible_thread = ThreadSummary(*cached)
    return (loaded[0] if loaded else visible_thread) if visible_thread.is_visible(request) else None
