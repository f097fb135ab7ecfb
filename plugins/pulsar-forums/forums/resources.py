"""``/forums``, and categories, threads and posts below it.

The resources check whether the caller may see an object, so that no view can forget it.
"""

from __future__ import annotations

from typing import Any

from pyramid.authorization import Allow
from pyramid.decorator import reify
from sqlalchemy import select
from zope.interface import implementer

from pulsar.request import Request
from pulsar.security import own
from pulsar.traversal import Collection, Item, Resource

from .interfaces import IForums, IThreadResource, IThreads
from .models import Category, Forum, Post, Thread
from .permissions import FORUMS_MODIFY, POSTS_CREATE, POSTS_MODIFY, POSTS_MODIFY_ADVANCED, VIEW
from .queries import administers, shown_posts, shown_threads, visible_forums
from .visibility import ThreadSummary, find_thread


class CategoryResource(Item[Category]):
    """A category."""


class Categories(Collection[Category]):
    """All categories. Only callers who arrange forums may access single ones."""

    item = CategoryResource
    model = Category
    permission = FORUMS_MODIFY
    noun = "ForumCategory"


class ForumResource(Item[Forum]):
    """A forum."""


@implementer(IForums)
class Forums(Collection[Forum]):
    """The forums that the caller may see."""

    item = ForumResource
    model = Forum
    permission = VIEW
    noun = "Forum"

    def load(self, key: int) -> Forum | None:
        """Return the forum if the caller may see it.

        Callers who may change forums get deleted ones, too.
        """
        forum = self.request.db.scalar(visible_forums(self.request).where(Forum.id == key))
        if forum is not None and forum.deleted is not None and not administers(self.request):
            return None
        return forum


@implementer(IThreadResource)
class ThreadResource(Item[Any]):
    """A thread; its row is loaded if the cached summary is not enough."""

    def __init__(self, parent: Resource, request: Request, thread: ThreadSummary | Thread) -> None:
        Resource.__init__(self, parent, request, str(thread.id))
        self.id = thread.id
        if isinstance(thread, Thread):
            self.model = thread

    @reify
    def model(self) -> Thread:
        query = shown_threads(select(Thread)).where(Thread.id == self.id)
        return self.request.db.scalars(query).one()


@implementer(IThreads)
class Threads(Collection[ThreadSummary | Thread]):
    """The threads that the caller may see."""

    item = ThreadResource
    model = Thread
    permission = VIEW
    noun = "ForumThread"

    def load(self, key: int) -> ThreadSummary | Thread | None:
        """Return the summary or the row of the thread, if the caller may see it."""
        return find_thread(self.request, key)


class PostResource(Item[Post]):
    """A post. Its author may edit it."""

    def __acl__(self) -> list[tuple[str, str, str]]:
        """Allow the author to edit the post, if they may still write posts."""
        author = self.model.user_id
        if author is None:
            return []
        return [(Allow, own(author, POSTS_CREATE), POSTS_MODIFY)]


class Posts(Collection[Post]):
    """The posts of the threads that the caller may see."""

    item = PostResource
    model = Post
    permission = VIEW
    noun = "ForumPost"

    def load(self, key: int) -> Post | None:
        """Return the post if the caller may see it and its thread."""
        post = self.request.db.scalar(shown_posts(select(Post)).where(Post.id == key))
        if post is None or not ThreadSummary.of(post.thread).is_visible(self.request):
            return None
        advanced = self.request.caller.has(POSTS_MODIFY_ADVANCED)
        return post if post.deleted is None or advanced else None
