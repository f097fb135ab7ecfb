"""Counters of members' posts and threads, by forum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update

from pulsar.db import upsert
from pulsar.db.rows import changed_rows
from pulsar.request import Request
from pulsar.users import tags as user_tags

from ..access import is_live
from ..models import Forum, MemberCounts, Post, Thread

#: Adds to the counters of a member who already wrote in the forum. Built once, because every new
#: post needs it.
RAISED = (
    update(MemberCounts)
    .where(
        MemberCounts.user_id == bindparam("user"),
        MemberCounts.forum_id == bindparam("forum"),
    )
    .values(
        post_count=MemberCounts.post_count + bindparam("posts"),
        thread_count=MemberCounts.thread_count + bindparam("threads"),
    )
    .execution_options(synchronize_session=False)
)


class WrittenCounts(NamedTuple):
    """Numbers of posts and threads that a member wrote."""

    posts: int = 0
    threads: int = 0


def count_thread(request: Request, forum_id: int, number: int) -> None:
    """Add the number to the live threads of the forum."""
    request.db.execute(
        update(Forum)
        .where(Forum.id == forum_id)
        .values(thread_count=Forum.thread_count + number)
        .execution_options(synchronize_session=False)
    )


def add(request: Request, forum_id: int, written: Mapping[int, WrittenCounts]) -> None:
    """Add to the counters of members in a forum, always in the order of their ids."""
    if len(written) == 1 and _add_to_known(request, forum_id, *next(iter(written.items()))):
        return
    put(request, forum_id, written)


def put(request: Request, forum_id: int, written: Mapping[int, WrittenCounts]) -> None:
    """Add to the counters of members who may not have counters in the forum yet."""
    rows = [
        {
            "user_id": user_id,
            "forum_id": forum_id,
            "post_count": number.posts,
            "thread_count": number.threads,
        }
        for user_id, number in sorted(written.items())
    ]
    if not rows:
        return
    insert = upsert(request.db, MemberCounts)
    request.db.execute(
        insert.on_conflict_do_update(
            index_elements=["user_id", "forum_id"],
            set_={
                "post_count": MemberCounts.post_count + insert.excluded.post_count,
                "thread_count": MemberCounts.thread_count + insert.excluded.thread_count,
            },
        ),
        rows,
    )
    request.cache.invalidate(*(user_tags.profile(user_id) for user_id in written))


def _add_to_known(request: Request, forum_id: int, user_id: int, number: WrittenCounts) -> bool:
    """Add to the existing counters of a member in the forum; return whether there were any.

    Most posts are by members who already have counters. SQLAlchemy compiles an INSERT with ON
    CONFLICT each time, which takes longer than the database needs to run it.
    """
    updated = request.db.execute(
        RAISED,
        {"user": user_id, "forum": forum_id, "posts": number.posts, "threads": number.threads},
    )
    request.cache.invalidate(user_tags.profile(user_id))
    return changed_rows(updated) > 0


def take(request: Request, forum_id: int, written: Mapping[int, WrittenCounts]) -> None:
    """Subtract from the counters of members in a forum."""
    rows = sorted(written.items())
    for user_id, number in rows:
        request.db.execute(
            update(MemberCounts)
            .where(MemberCounts.user_id == user_id, MemberCounts.forum_id == forum_id)
            .values(
                post_count=MemberCounts.post_count - number.posts,
                thread_count=MemberCounts.thread_count - number.threads,
            )
            .execution_options(synchronize_session=False)
        )
    if rows:
        request.cache.invalidate(*(user_tags.profile(user_id) for user_id, _ in rows))


def in_thread(request: Request, thread: Thread) -> dict[int, WrittenCounts]:
    """Return the live posts of a thread by author.

    The thread itself is counted for its creator.
    """
    rows = request.db.execute(
        select(Post.user_id, func.count())
        .where(Post.thread_id == thread.id, Post.user_id.is_not(None), *is_live(Post))
        .group_by(Post.user_id)
    )
    written = {user_id: WrittenCounts(number) for user_id, number in rows}
    if thread.creator_id is not None:
        posts = written.get(thread.creator_id, WrittenCounts()).posts
        written[thread.creator_id] = WrittenCounts(posts, 1)
    return written
