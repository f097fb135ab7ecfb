"""Writing, editing, deleting and restoring posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from pulsar.db import utcnow
from pulsar.errors import Forbidden, Invalid, Refused
from pulsar.interfaces import ISearch, ISiteLog, IText
from pulsar.request import Request
from pulsar.users.models import User

from .. import tags
from ..access import is_live
from ..errors import NotMergeable, ThreadLocked, ThreadLockedForEdits
from ..events import PostCreated, PostDeleted, PostEdited, PostRestored
from ..inputs import CreatePostInput, EditPostInput
from ..models import STICKY, Post, PostEdit, Thread
from ..permissions import POST_IN_LOCKED, POSTS_DOUBLE, POSTS_MODIFY, SITE_NO_POST_LENGTH_LIMIT
from ..queries import KIND, shown_posts
from ..schemas import MAX_CONTENTS
from ..visibility import ThreadSummary
from .counts import WrittenCounts, add, take
from .insert_post import insert_post, put_at_end
from .lock_thread import lock_place, lock_thread

#: The separator between a post and text that its author added by posting again.
_BETWEEN = "\n\n\n"


def create_post(request: Request, values: CreatePostInput) -> Post:
    """Write a post, or add it to the caller's last post if that is the last one of the thread.

    Raises Invalid, ThreadLocked or NotMergeable.
    """
    identity = request.caller
    require_length(request, values["contents"])
    place = lock_place(request, values["thread_id"])
    if place is None or not ThreadSummary.of(place.thread).is_open_to(request):
        raise Refused({"thread_id": ["Invalid ForumThread id."]})
    if place.thread.locked and not identity.has(POST_IN_LOCKED):
        raise ThreadLocked
    own_last = None if identity.has(POSTS_DOUBLE) else place.own_last
    if own_last is not None:
        last = reload(request, own_last)
        if last.format == values["format"]:
            return _merge(request, last, values["contents"])
    post = add_post(request, place.thread, place.caller, values)
    request.registry.notify(PostCreated(request, post))
    return post


def add_post(request: Request, thread: Thread, author: User, values: Mapping[str, Any]) -> Post:
    """Store a post of the caller at the end of the thread, whose row must be locked."""
    is_first = not thread.place
    post = insert_post(request, thread, author, values["contents"], values["format"])
    put_at_end(request, thread, post)
    index(request, post, thread.topic if is_first else None)
    return post


def edit_post(request: Request, post: Post, values: EditPostInput) -> Post:
    """Change a post. Raises Invalid, Forbidden or ThreadLockedForEdits."""
    moderates = request.caller.has(POSTS_MODIFY)
    if "contents" in values:
        require_length(request, values["contents"])
    if "sticky" in values and not moderates:
        raise Forbidden
    thread = lock_thread(request, post.thread_id)
    if thread is not None and thread.locked and not moderates:
        raise ThreadLockedForEdits
    request.db.refresh(post, ["contents", "format", "edited_time", "editor_id", "sticky"])
    before = {name: getattr(post, name) for name in values}
    post.sticky = values.get("sticky", post.sticky)
    contents = values.get("contents", post.contents)
    format = values.get("format", post.format)
    if (contents, format) != (post.contents, post.format):
        change_contents(request, post, contents, format)
    request.db.flush()
    request.cache.invalidate(tags.posts(post.thread_id))
    if post.user_id != request.caller.user_id:
        log_change(request, "forum_post_edited", post, before, values)
    return reload(request, post.id)


def change_contents(request: Request, post: Post, contents: str, format: str) -> None:
    """Change the contents of a post and keep the earlier version; the thread must be locked."""
    now = utcnow()
    request.db.add(
        PostEdit(
            post_id=post.id,
            editor_id=post.editor_id or post.user_id,
            contents=post.contents,
            format=post.format,
            time=now,
        )
    )
    post.contents, post.format = contents, format
    post.edited_time, post.editor_id = now, request.caller.user_id
    request.db.flush()
    request.db.refresh(post, ["editor"])
    index(request, post, topic_of_first(request, post))
    request.cache.invalidate(tags.posts(post.thread_id))
    request.registry.notify(PostEdited(request, post))


def delete_post(request: Request, post: Post) -> None:
    thread = lock_thread(request, post.thread_id)
    request.db.refresh(post, ["deleted"])
    if thread is None or post.deleted is not None:
        return
    post.deleted = utcnow()
    request.db.flush()
    request.find_service(ISearch).drop(request.db, KIND, post.id)
    thread.post_count -= 1
    _find_last(request, thread)
    if post.user_id is not None and thread.deleted is None:
        take(request, thread.forum_id, {post.user_id: WrittenCounts(posts=1)})
    request.cache.invalidate(tags.posts(thread.id))
    log_change(request, "forum_post_deleted", post, {"contents": post.contents}, None)
    request.registry.notify(PostDeleted(request, post))


def restore_post(request: Request, post: Post) -> Post:
    thread = lock_thread(request, post.thread_id)
    request.db.refresh(post, ["deleted"])
    if thread is None or post.deleted is None:
        return post
    post.deleted = None
    request.db.flush()
    index(request, post, topic_of_first(request, post))
    thread.post_count += 1
    _find_last(request, thread)
    if post.user_id is not None and thread.deleted is None:
        add(request, thread.forum_id, {post.user_id: WrittenCounts(posts=1)})
    request.cache.invalidate(tags.posts(thread.id))
    log_change(request, "forum_post_restored", post, None, None)
    request.registry.notify(PostRestored(request, post))
    return reload(request, post.id)


def reload(request: Request, post_id: int) -> Post:
    """Return the post with everything that its serializer needs."""
    query = shown_posts(select(Post)).where(Post.id == post_id)
    return request.db.scalars(query.execution_options(populate_existing=True)).one()


def require_length(request: Request, contents: str) -> None:
    """Raise Invalid if the contents are longer than the caller's posts may be."""
    if len(contents) > MAX_CONTENTS and not request.caller.has(SITE_NO_POST_LENGTH_LIMIT):
        raise Invalid({"contents": [f"length of value must be at most {MAX_CONTENTS}"]})


def index(request: Request, post: Post, topic: str | None) -> None:
    """Add the post to the search index; the first post of a thread is found by its topic too."""
    text = request.find_service(IText).searchable(post.format, post.contents)
    body = text if topic is None else f"{topic}\n{text}"
    request.find_service(ISearch).put(request.db, KIND, post.id, body)


def topic_of_first(request: Request, post: Post) -> str | None:
    """Return the topic of the thread if the post is its first one, else None."""
    earlier = select(Post.id).where(Post.thread_id == post.thread_id, Post.id < post.id).limit(1)
    return None if request.db.scalar(earlier) else post.thread.topic


def log_change(
    request: Request,
    action: str,
    post: Post,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Write to the site log what the caller does to another member's post."""
    request.find_service(ISiteLog).record(
        request,
        action,
        f"Post {post.id} in {post.thread.topic}",
        target=post,
        before=before,
        after=after,
    )


def _merge(request: Request, last: Post, contents: str) -> Post:
    """Add to the caller's last post. Raises NotMergeable."""
    merged = f"{last.contents}{_BETWEEN}{contents}"
    if len(merged) > MAX_CONTENTS and not request.caller.has(SITE_NO_POST_LENGTH_LIMIT):
        raise NotMergeable
    change_contents(request, last, merged, last.format)
    return last


def _find_last(request: Request, thread: Thread) -> None:
    """Set the last post of the thread to the newest live one."""
    last = request.db.scalar(
        select(func.max(Post.id)).where(Post.thread_id == thread.id, *is_live(Post))
    )
    thread.last_post_id = last
    if last is not None:
        thread.place = last + (STICKY if thread.sticky else 0)
    request.db.flush()
