"""Which members may see which forums and threads.

The permission ``forumaccess_forum_<id>`` shows a forum and all its threads, except the threads for
which ``forumaccess_thread_<id>`` is denied to the member. The permission
``forumaccess_thread_<id>`` shows a single thread; its forum then shows only that thread.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from pyramid.decorator import reify
from sqlalchemy import ColumnElement, and_, false, or_, select, true

from pulsar.classes.effective import Authority, authorities
from pulsar.request import Request, per_request
from pulsar.security.permissions import GOD_MODE
from pulsar.settings import CoreSettings

from .models import Category, Forum, Post, Thread
from .permissions import FORUM, THREAD, VIEW


class Access:
    """The forums and threads that the holder of some permissions sees, or everything.

    A single thread is looked up by the names of its permissions. The names are parsed only if a
    whole list must be shown.
    """

    def __init__(
        self,
        granted: Collection[str] = (),
        denied: Collection[str] = (),
        *,
        everything: bool = False,
    ) -> None:
        self.everything = everything
        self._granted = granted
        self._denied = denied

    @reify
    def forums(self) -> frozenset[int]:
        """The forums that are fully visible."""
        return _ids(self._granted, FORUM)

    @reify
    def threads(self) -> frozenset[int]:
        """The threads that are visible independently of their forums."""
        return _ids(self._granted, THREAD)

    @reify
    def denied(self) -> frozenset[int]:
        """The threads that are not visible although their forums are."""
        return _ids(self._denied, THREAD)

    def whole_forum(self, forum_id: int) -> bool:
        """Return whether all threads of the forum are visible, except denied ones."""
        return self.everything or f"{FORUM}{forum_id}" in self._granted

    def thread(self, thread_id: int, forum_id: int) -> bool:
        name = f"{THREAD}{thread_id}"
        if self.everything or name in self._granted:
            return True
        return self.whole_forum(forum_id) and name not in self._denied

    def to_threads(self) -> ColumnElement[bool]:
        """Return the condition that selects the visible threads."""
        if self.everything:
            return true()
        in_forums: ColumnElement[bool] = (
            Thread.forum_id.in_(self.forums) if self.forums else false()
        )
        if self.denied:
            in_forums = and_(in_forums, Thread.id.not_in(self.denied))
        return or_(in_forums, Thread.id.in_(self.threads)) if self.threads else in_forums

    def to_forums(self) -> ColumnElement[bool]:
        """Return the condition that selects the visible forums.

        A forum is visible if the caller sees all of it, or one of its threads.
        """
        if self.everything:
            return true()
        whole = Forum.id.in_(self.forums) if self.forums else false()
        if not self.threads:
            return whole
        holding = select(Thread.forum_id).where(
            Thread.id.in_(self.threads), Thread.deleted.is_(None)
        )
        return or_(whole, Forum.id.in_(holding))


def _ids(names: Iterable[str], prefix: str) -> frozenset[int]:
    return frozenset(
        int(rest)
        for name in names
        if name.startswith(prefix) and (rest := name[len(prefix) :]).isdecimal()
    )


@per_request
def forum_access(request: Request) -> Access:
    """Return what the caller may see; it is computed once per request."""
    identity = request.identity
    if identity is None:
        return Access()
    if identity.is_god and identity.scope is None:
        return Access(everything=True)
    # Denials do not apply to holders of god mode, but the scope of an API key still does.
    return Access(identity.held, () if identity.is_god else identity.denied)


def forum_view(request: Request) -> str:
    """Return a short text that identifies the forums that the caller fully sees."""
    access = forum_access(request)
    if access.everything:
        return "all forums"
    ids = ",".join(map(str, sorted(access.forums)))
    return f"forums:{hashlib.sha256(ids.encode()).hexdigest()}"


def visible_posts(
    request: Request, user_ids: Collection[int], post_ids: Collection[int]
) -> set[tuple[int, int]]:
    """Return pairs of user id and post id for the posts that the members may see.

    It takes two statements, however many posts there are.
    """
    posts = request.db.execute(
        select(Post.id, Post.thread_id, Thread.forum_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Forum, Forum.id == Thread.forum_id)
        .where(Post.id.in_(post_ids), *is_live(Post, Thread, Forum))
    ).all()
    names = {
        GOD_MODE,
        VIEW,
        *(f"{FORUM}{post.forum_id}" for post in posts),
        *(f"{THREAD}{post.thread_id}" for post in posts),
    }
    locked = CoreSettings.lock_permissions.of(request.registry)
    held = authorities(request.db, user_ids, names, locked)
    return {
        (user_id, post.id)
        for user_id, authority in held.items()
        for post in posts
        if may_see(authority, post.thread_id, post.forum_id)
    }


def may_see(authority: Authority, thread_id: int, forum_id: int) -> bool:
    """Return whether a member with this authority sees the thread."""
    if GOD_MODE in authority.granted:
        return True
    access = Access(authority.granted, authority.denied)
    return VIEW in authority.granted and access.thread(thread_id, forum_id)


def is_live(*models: type[Category | Forum | Thread | Post]) -> list[ColumnElement[bool]]:
    """Return the conditions that none of the models is deleted."""
    return [model.deleted.is_(None) for model in models]
