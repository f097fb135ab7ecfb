"""Queries for the forums, threads and posts that callers may see, with related rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload

from pulsar.interfaces import ISearch
from pulsar.request import Request
from pulsar.users.loading import named, presented

from .access import forum_access, is_live
from .models import Category, Forum, Post, Thread
from .permissions import FORUMS_MODIFY

#: The kind under which posts are in the search index.
KIND = "forum_posts"


def administers(request: Request) -> bool:
    """Return whether the caller may change forums.

    Such callers see that all forums exist, but not their contents.
    """
    return bool(request.identity and request.identity.has(FORUMS_MODIFY))


def visible_forums(request: Request) -> Select[tuple[Forum]]:
    """Select the forums that the caller may see, including deleted ones, with their categories."""
    query = select(Forum).options(joinedload(Forum.category, innerjoin=True))
    return query if administers(request) else query.where(forum_access(request).to_forums())


def categories(request: Request, *, include_dead: bool) -> Select[tuple[Category]]:
    """Select the categories that have a forum that the caller may see, by position.

    Callers who arrange forums get all categories.
    """
    query = select(Category).order_by(Category.position, Category.id)
    if administers(request):
        return query if include_dead else query.where(*is_live(Category))
    held = select(Forum.category_id).where(forum_access(request).to_forums(), *is_live(Forum))
    return query.where(Category.id.in_(held), *is_live(Category))


def threads_of(request: Request, forum_id: int, *, dead: bool = False) -> list[ColumnElement[bool]]:
    """Return the conditions that select a forum's threads that the caller may see."""
    conditions = [Thread.forum_id == forum_id, forum_access(request).to_threads()]
    return conditions if dead else [*conditions, *is_live(Thread)]


def posts_of(thread_id: int, *, dead: bool = False) -> list[ColumnElement[bool]]:
    """Return the conditions that select the posts of a thread."""
    conditions = [Post.thread_id == thread_id]
    return conditions if dead else [*conditions, *is_live(Post)]


def shown_threads(query: Select[Any]) -> Select[Any]:
    """Add to the query everything that the serializer of threads needs."""
    last_post = joinedload(Thread.last_post)
    return query.options(
        joinedload(Thread.forum, innerjoin=True),
        named(joinedload(Thread.creator)),
        last_post.load_only(Post.id, Post.time, Post.user_id),
        presented(last_post.joinedload(Post.user)),
    )


def shown_posts(query: Select[Any]) -> Select[Any]:
    """Add to the query everything that the serializer of posts needs."""
    return query.options(
        joinedload(Post.thread, innerjoin=True).joinedload(Thread.forum, innerjoin=True),
        presented(joinedload(Post.user)),
        named(joinedload(Post.editor)),
    )


def found_posts(request: Request, values: Mapping[str, Any]) -> Select[tuple[Post]]:
    """Select the live posts that the caller may see and that match the search."""
    query = (
        shown_posts(select(Post))
        .join(Thread, Thread.id == Post.thread_id)
        .join(Forum, Forum.id == Thread.forum_id)
        .where(forum_access(request).to_threads(), *is_live(Post, Thread, Forum))
    )
    for name, column in (
        ("forum_id", Thread.forum_id),
        ("thread_id", Post.thread_id),
        ("user_id", Post.user_id),
    ):
        if name in values:
            query = query.where(column == values[name])
    if values.get("q", "").strip():
        matching = request.find_service(ISearch).matching(request.db, KIND, values["q"])
        query = query.where(Post.id.in_(matching))
    return query


def count_threads(request: Request, forums: Sequence[Forum]) -> dict[int, int]:
    """Count the live threads of each forum that the caller may see, in at most one statement.

    The counters of the forums themselves are right unless single threads are opened or denied to
    the caller.
    """
    access = forum_access(request)
    counts = {
        forum.id: forum.thread_count if access.whole_forum(forum.id) else 0 for forum in forums
    }
    exceptional = access.threads | access.denied
    if not exceptional:
        return counts
    rows = request.db.execute(
        select(Thread.id, Thread.forum_id).where(
            Thread.id.in_(exceptional), Thread.forum_id.in_(counts), *is_live(Thread)
        )
    )
    for thread_id, forum_id in rows:
        seen = access.thread(thread_id, forum_id)
        counts[forum_id] += seen - access.whole_forum(forum_id)
    return counts


def newest_threads(request: Request, forums: Sequence[Forum]) -> dict[int, Thread]:
    """Return the visible thread with the newest post for each forum."""
    newest = (
        select(Thread.id)
        .where(
            Thread.forum_id == Forum.id,
            Thread.last_post_id.is_not(None),
            forum_access(request).to_threads(),
            *is_live(Thread),
        )
        .order_by(Thread.last_post_id.desc())
        .limit(1)
        .correlate(Forum)
        .scalar_subquery()
    )
    newest_ids = select(newest).where(Forum.id.in_([forum.id for forum in forums]))
    threads = request.db.scalars(shown_threads(select(Thread)).where(Thread.id.in_(newest_ids)))
    return {thread.forum_id: thread for thread in threads}


def count_live_posts(session: Session) -> int:
    """Count the posts that are not deleted, nor their threads or forums, for statistics."""
    threads = select(func.sum(Thread.post_count)).join(Forum, Forum.id == Thread.forum_id)
    return int(session.scalar(threads.where(*is_live(Thread, Forum))) or 0)


def count_live_threads(session: Session) -> int:
    """Count the threads that are not deleted, nor their forums."""
    return session.scalar(select(func.sum(Forum.thread_count)).where(*is_live(Forum))) or 0
