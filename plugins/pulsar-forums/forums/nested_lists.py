"""The pages of long lists that forums and threads show."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from pulsar.paging import Page
from pulsar.request import Request
from pulsar.serialization import Prepared

from . import tags
from .interfaces import IForumPost
from .list_query import ListQuery, find_page
from .models import Forum, Post, Thread
from .permissions import POSTS_MODIFY_ADVANCED, THREADS_MODIFY_ADVANCED
from .queries import count_threads, posts_of, shown_posts, shown_threads, threads_of


def forum_threads(request: Request, forum: Forum) -> Page:
    """Return the threads of the forum that the request asks for."""
    where = ListQuery.of(request)
    dead = where.include_dead and request.caller.has(THREADS_MODIFY_ADVANCED)
    conditions = threads_of(request, forum.id, dead=dead)
    if dead:
        total = request.db.scalar(select(func.count()).select_from(Thread).where(*conditions)) or 0
    else:
        total = count_threads(request, [forum])[forum.id]
    return find_page(request.db, shown_threads, conditions, Thread.place, where, total)


def posts_key(request: Request, thread_id: int) -> str:
    """Return the cache key of the posts of a thread that the request asks for."""
    return request.cache.page_key(IForumPost, "forum-posts", thread_id, ListQuery.of(request).key)


def thread_posts(
    request: Request, thread_id: int, key: str, load: Callable[[], Thread]
) -> Prepared:
    """Return the posts of the thread that the request asks for, as JSON that many readers share.

    It is cached under the key. ``load`` returns the thread; it is only called if the thread is
    needed.
    """
    return request.cache.page(
        key,
        lambda: request.serialize(_find_posts(request, load())),
        (tags.posts(thread_id), tags.thread(thread_id)),
    )


def _find_posts(request: Request, thread: Thread) -> Page:
    where = ListQuery.of(request)
    dead = where.include_dead and request.caller.has(POSTS_MODIFY_ADVANCED)
    conditions = posts_of(thread.id, dead=dead)
    total = thread.post_count
    if dead:
        total = request.db.scalar(select(func.count()).select_from(Post).where(*conditions)) or 0
    return find_page(request.db, shown_posts, conditions, Post.id, where, total, ascending=True)
