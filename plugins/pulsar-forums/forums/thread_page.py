"""The page of a thread, answered from the cache.

A page consists of two copies: the posts, which many readers share, and the thread as the caller
sees it.
"""

from __future__ import annotations

from typing import Any

from pulsar.request import Request
from pulsar.serialization import Prepared
from pulsar.serialization.serialize import registered

from . import tags
from .interfaces import IForumThread
from .models import Thread
from .nested_lists import posts_key, thread_posts
from .resources import ThreadResource

_POSTS = "posts"


def thread_page(request: Request, resource: ThreadResource) -> Prepared:
    """Return the thread with the page of its posts that the request asks for."""
    thread_id = resource.id
    names = _fields_beside_posts(request)
    key = request.cache.page_key(IForumThread, "forum-thread", thread_id, only=names)
    key_of_posts = posts_key(request, thread_id)
    request.cache.prefetch(key, key_of_posts)

    def show() -> dict[str, Any]:
        (thread_json,) = request.serialize.many([resource.model], only=names)
        return thread_json

    thread = request.cache.page(
        key,
        show,
        (
            tags.thread(thread_id),
            tags.posts(thread_id),
            tags.viewer(request.caller.user_id),
            tags.ARRANGEMENT,
        ),
    )
    posts = thread_posts(request, thread_id, key_of_posts, lambda: resource.model)
    return thread.with_member(_POSTS, posts)


def _fields_beside_posts(request: Request) -> tuple[str, ...]:
    """Return the names of a thread's fields except its posts, including other plugins' fields."""
    serializer = registered(request.registry, Thread)
    return tuple(name for name in serializer[1] if name != _POSTS) if serializer else ()
