"""Storing a new post, and updating the thread, and the author's counters and read marks.

Writing posts is the most frequent change in forums. These statements bypass the unit of work, which
takes longer for one row than the database does.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from pulsar.db import utcnow
from pulsar.db.rows import changed_rows
from pulsar.request import Request
from pulsar.users import tags as user_tags
from pulsar.users.models import User

from .. import tags
from ..models import STICKY, MemberCounts, Post, Thread, ThreadView
from ..viewer import SEEN, put_viewed
from .counts import RAISED, WrittenCounts, put

_POSTS = cast(Table, Post.__table__)
_INSERT = insert(_POSTS).returning(_POSTS.c.id)
#: Built once, like the statements of counters and views, because every new post needs them.
_ENDED = (
    update(Thread)
    .where(Thread.id == bindparam("thread"))
    .values({name: bindparam(name) for name in ("post_count", "last_post_id", "place")})
    .execution_options(synchronize_session=False)
)
_RAISED = RAISED.returning(MemberCounts.user_id).cte("raised")
_SEEN = SEEN.returning(ThreadView.user_id).cte("seen")
#: The three statements in one, for databases on another host. It returns the numbers of changed
#: rows of counters and views.
_ALL = select(
    select(func.count()).select_from(_RAISED).scalar_subquery(),
    select(func.count()).select_from(_SEEN).scalar_subquery(),
).add_cte(_ENDED.cte("ended"))


def insert_post(request: Request, thread: Thread, author: User, contents: str, format: str) -> Post:
    """Store a post and return it as if it had been loaded.

    Everything that its serializer needs is set.
    """
    values = {
        "thread_id": thread.id,
        "user_id": author.id,
        "contents": contents,
        "format": format,
        "time": utcnow(),
        "sticky": False,
        "edited_time": None,
        "editor_id": None,
        "deleted": None,
    }
    post = Post(id=request.db.execute(_INSERT, values).scalar_one(), **values)
    make_transient_to_detached(post)
    for name, value in (("thread", thread), ("user", author), ("editor", None)):
        set_committed_value(post, name, value)
    request.db.add(post)
    return post


def put_at_end(request: Request, thread: Thread, post: Post) -> None:
    """Make the post the last one of the locked thread, count it and mark it as read."""
    user_id = request.caller.user_id
    ended = {
        "post_count": thread.post_count + 1,
        "last_post_id": post.id,
        "place": post.id + (STICKY if thread.sticky else 0),
    }
    raised = {"user": user_id, "forum": thread.forum_id, "posts": 1, "threads": 0}
    seen = {"user": user_id, "thread": thread.id, "post": post.id}
    if request.db.get_bind().dialect.name == "postgresql":
        counted, viewed = request.db.execute(_ALL, {**ended, **raised, **seen}).one()
    else:
        request.db.execute(_ENDED, {"thread": thread.id, **ended})
        counted = changed_rows(request.db.execute(RAISED, raised))
        viewed = changed_rows(request.db.execute(SEEN, seen))
    for name, value in ended.items():
        set_committed_value(thread, name, value)
    if not counted:
        put(request, thread.forum_id, {user_id: WrittenCounts(posts=1)})
    if not viewed:
        put_viewed(request, thread.id, post.id)
    request.cache.invalidate(
        tags.posts(thread.id), user_tags.profile(user_id), tags.viewer(user_id)
    )
