"""A thread as its page shows it, answered from the cache.

Two copies make a page: the posts, which many readers share, and the thread as the caller sees it.
"""

from __future__ import annotations

from typing import Any

from pulsar.request import Request
from pulsar.serialization import Prepared, audience

from .interfaces import IForumThread
from .parts import named, posts_key, posts_part
from .resources import ThreadResource
from .tags import ARRANGEMENT, posts_tag, thread_tag, viewer_tag


def thread_page(request: Request, resource: ThreadResource) -> Prepared:
    """The thread with the part of its posts that the request wants."""
    thread_id = resource.id
    key = f"forum-thread:{thread_id}:{audience(request, IForumThread)}"
    key_of_posts = posts_key(request, thread_id)
    request.cache.prefetch(key, key_of_posts)
    named_in_it: set[str] = set()

    def make() -> tuple[str, bytes]:
        thread = resource.model
        last = thread.last_post.user if thread.last_post else None
        named_in_it.update(named(user for user in (thread.creator, last) if user is not None))
        shown: dict[str, Any] = request.serialize(thread)
        del shown["posts"]
        return Prepared.of(shown).kept

    thread = request.cache.get_or_create(
        key,
        make,
        (
            thread_tag(thread_id),
            posts_tag(thread_id),
            viewer_tag(request.caller.user_id),
            ARRANGEMENT,
        ),
        learned=lambda: named_in_it,
    )
    posts = posts_part(request, thread_id, key_of_posts, lambda: resource.model)
    return Prepared(*thread).with_member("posts", posts)
