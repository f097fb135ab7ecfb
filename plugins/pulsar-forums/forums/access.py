"""Who may see which forums and threads.

A forum is seen with the permission ``forumaccess_forum_<id>``, all its threads with it, but for
those of which ``forumaccess_thread_<id>`` is denied to the member. A single thread is seen with
``forumaccess_thread_<id>``; its forum then shows nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pyramid.request import Request
from sqlalchemy import ColumnElement, and_, false, or_, select, true

from pulsar.classes.effective import Authority, holders
from pulsar.security import Identity
from pulsar.security.permissions import GOD_MODE

from .models import Category, Forum, Post, Thread

FORUM = "forumaccess_forum_"
THREAD = "forumaccess_thread_"


@dataclass(frozen=True, slots=True)
class Access:
    """The forums and threads that somebody may see; ``everything`` is what gods see."""

    everything: bool
    forums: frozenset[int] = frozenset()
    threads: frozenset[int] = frozenset()
    denied: frozenset[int] = frozenset()

    @classmethod
    def of(cls, granted: Iterable[str], denied: Iterable[str]) -> Access:
        """What the names of permissions come to."""
        granted = tuple(granted)
        return cls(False, _ids(granted, FORUM), _ids(granted, THREAD), _ids(denied, THREAD))

    def whole_forum(self, forum_id: int) -> bool:
        """Whether all threads of the forum are seen that are not denied."""
        return self.everything or forum_id in self.forums

    def thread(self, thread_id: int, forum_id: int) -> bool:
        """Whether the thread is seen."""
        if self.everything or thread_id in self.threads:
            return True
        return forum_id in self.forums and thread_id not in self.denied

    def to_threads(self) -> ColumnElement[bool]:
        """The condition on threads."""
        if self.everything:
            return true()
        in_forums: ColumnElement[bool] = (
            Thread.forum_id.in_(self.forums) if self.forums else false()
        )
        if self.denied:
            in_forums = and_(in_forums, Thread.id.not_in(self.denied))
        return or_(in_forums, Thread.id.in_(self.threads)) if self.threads else in_forums

    def to_forums(self) -> ColumnElement[bool]:
        """The condition on forums: seen whole, or for the sake of a thread in them."""
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


def access(request: Request) -> Access:
    """``request.forum_access``: what the caller may see."""
    identity: Identity | None = request.identity
    if identity is None:
        return Access(False)
    if identity.is_god and identity.scope is None:
        return Access(True)
    # A god is denied nothing; a key's scope still names what it may see.
    return Access.of(identity.held, () if identity.is_god else identity.denied)


def visible_posts(
    request: Request, user_ids: Collection[int], post_ids: Collection[int]
) -> set[tuple[int, int]]:
    """Which members may see which posts, as pairs; three statements however many there are."""
    posts = request.db.execute(
        select(Post.id, Post.thread_id, Thread.forum_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Forum, Forum.id == Thread.forum_id)
        .where(Post.id.in_(post_ids), *is_live(Post, Thread, Forum))
    ).all()
    names = {
        GOD_MODE,
        "forums_view",
        *(f"{FORUM}{post.forum_id}" for post in posts),
        *(f"{THREAD}{post.thread_id}" for post in posts),
    }
    locked = request.registry.settings["pulsar.lock_permissions"]
    held = holders(request.db, user_ids, names, locked)
    return {
        (user_id, post.id)
        for user_id, authority in held.items()
        for post in posts
        if may_see(authority, post.thread_id, post.forum_id)
    }


def may_see(authority: Authority, thread_id: int, forum_id: int) -> bool:
    """Whether a member with this authority sees the thread."""
    if GOD_MODE in authority.granted:
        return True
    found = Access.of(authority.granted, authority.denied)
    return "forums_view" in authority.granted and found.thread(thread_id, forum_id)


def is_live(*models: type[Category | Forum | Thread | Post]) -> list[ColumnElement[bool]]:
    """The conditions that none of them is deleted."""
    return [model.deleted.is_(None) for model in models]
