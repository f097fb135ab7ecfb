"""Forums for benchmarks: a usual thread, and threads and forums of many sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from forums.models import Category, Forum, Post, Thread
from forums.permissions import FORUM
from pulsar.classes.models import LOWEST_CLASS, UserClassPermission
from pulsar.db import utcnow
from pulsar.interfaces import IDatabase
from pulsar.populate.rows import put, put_for_ids
from pulsar.testing.factories import Factory

#: The usual thread: its number of posts, their length in characters, and its number of authors.
POSTS, LENGTH, AUTHORS = 50, 400, 5
SIZES = (1_000, 100_000)


@dataclass(frozen=True, slots=True)
class Forums:
    """The keys of members, the usual thread, and threads and forums by size."""

    keys: list[str]
    thread: int
    long_threads: dict[int, int]
    long_forums: dict[int, int]


def fill(app: Any, sizes: tuple[int, ...] = SIZES) -> Forums:
    """Add the forums to the migrated database of the application."""
    with app.registry.getUtility(IDatabase).session(True) as session:
        factory = Factory(session)
        users = [factory.user() for _ in range(AUTHORS)]
        keys = [factory.key(user) for user in users]
        authors = [user.id for user in users]
        category = Category(name="Category")
        session.add(category)
        session.flush()
        forum = _forum(session, category)
        thread = _thread(session, forum, authors, POSTS)
        long_threads = {size: _thread(session, forum, authors, size) for size in sizes}
        long_forums = {size: _long_forum(session, category, authors, size) for size in sizes}
        session.commit()
        return Forums(keys, thread, long_threads, long_forums)


def _forum(session: Session, category: Category) -> Forum:
    """Return a forum that all members see."""
    forum = Forum(category_id=category.id, name="Forum")
    session.add(forum)
    session.flush()
    opening = UserClassPermission(user_class_id=LOWEST_CLASS, permission=f"{FORUM}{forum.id}")
    session.add(opening)
    session.flush()
    return forum


def _thread(session: Session, forum: Forum, authors: list[int], size: int) -> int:
    """Add a thread of ``size`` posts, and return its id."""
    thread = Thread(forum_id=forum.id, topic=f"{size} posts", creator_id=authors[0])
    session.add(thread)
    session.flush()
    words = "What is said here again and again. " * (LENGTH // 35 + 1)
    put(
        session,
        Post,
        (
            {
                "thread_id": thread.id,
                "user_id": authors[number % len(authors)],
                "contents": f"{number} {words}"[:LENGTH],
                "format": "bbcode",
                "time": utcnow(),
                "sticky": False,
            }
            for number in range(size)
        ),
    )
    thread.post_count = size
    last = session.scalar(select(func.max(Post.id)).where(Post.thread_id == thread.id))
    thread.last_post_id, thread.place = last, last or 0
    forum.thread_count += 1
    session.flush()
    return thread.id


def _long_forum(session: Session, category: Category, authors: list[int], size: int) -> int:
    """Add a forum of ``size`` threads with one post each, and return its id."""
    forum = _forum(session, category)
    now = utcnow()
    ids = put_for_ids(
        session,
        Thread,
        (
            {
                "forum_id": forum.id,
                "topic": f"Topic {number}",
                "creator_id": authors[number % len(authors)],
                "created_time": now,
                "locked": False,
                "sticky": False,
                "post_count": 1,
                "place": 0,
            }
            for number in range(size)
        ),
    )
    put(
        session,
        Post,
        (
            {
                "thread_id": thread_id,
                "user_id": authors[thread_id % len(authors)],
                "contents": "The only post.",
                "format": "bbcode",
                "time": now,
                "sticky": False,
            }
            for thread_id in ids
        ),
    )
    only = select(Post.id).where(Post.thread_id == Thread.id).scalar_subquery()
    session.execute(
        update(Thread)
        .where(Thread.forum_id == forum.id)
        .values(last_post_id=only, place=only)
        .execution_options(synchronize_session=False)
    )
    forum.thread_count = size
    session.flush()
    return forum.id
