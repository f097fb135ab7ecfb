"""Categories, forums, threads, posts, and data that members and moderators attach to them.

Deleted rows stay in the database, for history and so that they can be restored. ``deleted`` is the
time of the deletion.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from pulsar.db import Base, Moment, PrimaryKey
from pulsar.users.models import User

from .interfaces import (
    IForum,
    IForumCategory,
    IForumPost,
    IForumPostEdit,
    IForumThread,
    IForumThreadNote,
)

_LIVE = text("deleted IS NULL")

#: Added to the place of a sticky thread. It is higher than any id of a post; JSON readers hold
#: integers up to twice as large exactly (RFC 8259, 6).
STICKY = 2**52


@implementer(IForumCategory)
class Category(Base):
    """Forums under one heading, ordered by position."""

    __tablename__ = "forums_categories"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(32))
    description: Mapped[str | None] = mapped_column(String(1024))
    position: Mapped[int] = mapped_column(Integer, default=0)
    deleted: Mapped[datetime | None]


@implementer(IForum)
class Forum(Base):
    """A place for threads; ``thread_count`` counts those that are not deleted."""

    __tablename__ = "forums"
    __table_args__ = (CheckConstraint("thread_count >= 0", name="thread_count"),)

    id: Mapped[PrimaryKey]
    category_id: Mapped[int] = mapped_column(
        ForeignKey("forums_categories.id", ondelete="RESTRICT"), index=True
    )
    name: Mapped[str] = mapped_column(String(32))
    description: Mapped[str | None] = mapped_column(String(1024))
    position: Mapped[int] = mapped_column(Integer, default=0)
    thread_count: Mapped[int] = mapped_column(Integer, default=0)
    deleted: Mapped[datetime | None]

    category: Mapped[Category] = relationship()


@implementer(IForumThread)
class Thread(Base):
    """A conversation; ``post_count`` counts its live posts.

    ``place`` orders the threads of a forum. It is the id of the newest post, plus :data:`STICKY`
    while the thread is sticky. It is unique, so that a list can be continued after it at the same
    cost however long the list is. ``last_post_id`` is the newest live post. It is not a foreign
    key, because posts already refer to threads.
    """

    __tablename__ = "forums_threads"
    __table_args__ = (
        Index(
            "ix_forums_threads_forum_id_place",
            "forum_id",
            "place",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "ix_forums_threads_forum_id_last_post_id",
            "forum_id",
            "last_post_id",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_forums_threads_forum_id", "forum_id"),
        CheckConstraint("post_count >= 0", name="post_count"),
    )

    id: Mapped[PrimaryKey]
    forum_id: Mapped[int] = mapped_column(ForeignKey("forums.id", ondelete="RESTRICT"))
    topic: Mapped[str] = mapped_column(String(150))
    creator_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    created_time: Mapped[Moment]
    locked: Mapped[bool] = mapped_column(Boolean, default=False)
    sticky: Mapped[bool] = mapped_column(Boolean, default=False)
    post_count: Mapped[int] = mapped_column(Integer, default=0)
    last_post_id: Mapped[int | None] = mapped_column(BigInteger)
    place: Mapped[int] = mapped_column(BigInteger, default=0)
    deleted: Mapped[datetime | None]

    forum: Mapped[Forum] = relationship()
    creator: Mapped[User | None] = relationship()
    last_post: Mapped[Post | None] = relationship(
        primaryjoin="foreign(Thread.last_post_id) == Post.id", viewonly=True
    )


@implementer(IForumPost)
class Post(Base):
    """A message in a thread; ``contents`` is its source in the ``format``."""

    __tablename__ = "forums_posts"
    __table_args__ = (
        Index(
            "ix_forums_posts_thread_id_id",
            "thread_id",
            "id",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_forums_posts_thread_id", "thread_id"),
        Index("ix_forums_posts_user_id_id", "user_id", "id"),
    )

    id: Mapped[PrimaryKey]
    thread_id: Mapped[int] = mapped_column(ForeignKey("forums_threads.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    contents: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(String(32))
    time: Mapped[Moment]
    sticky: Mapped[bool] = mapped_column(Boolean, default=False)
    edited_time: Mapped[datetime | None]
    editor_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    deleted: Mapped[datetime | None]

    thread: Mapped[Thread] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=user_id)
    editor: Mapped[User | None] = relationship(foreign_keys=editor_id)


@implementer(IForumPostEdit)
class PostEdit(Base):
    """An earlier version of a post: its contents until ``time``, and the author of that version."""

    __tablename__ = "forums_posts_edits"

    id: Mapped[PrimaryKey]
    post_id: Mapped[int] = mapped_column(
        ForeignKey("forums_posts.id", ondelete="CASCADE"), index=True
    )
    editor_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    contents: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(String(32))
    time: Mapped[Moment]

    editor: Mapped[User | None] = relationship()


@implementer(IForumThreadNote)
class ThreadNote(Base):
    """A note of moderators about a thread."""

    __tablename__ = "forums_threads_notes"

    id: Mapped[PrimaryKey]
    thread_id: Mapped[int] = mapped_column(
        ForeignKey("forums_threads.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    note: Mapped[str] = mapped_column(Text)
    time: Mapped[Moment]

    user: Mapped[User | None] = relationship()


class ThreadView(Base):
    """The post up to which a member has read a thread. Without a row, they have not read it."""

    __tablename__ = "forums_threads_views"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    thread_id: Mapped[int] = mapped_column(
        ForeignKey("forums_threads.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    #: The id of a post, which may have been deleted since.
    post_id: Mapped[int] = mapped_column(BigInteger)


class ForumSubscription(Base):
    """A subscription of a member to a forum, which subscribes them to each new thread in it."""

    __tablename__ = "forums_subscriptions_forums"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    forum_id: Mapped[int] = mapped_column(
        ForeignKey("forums.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ThreadSubscription(Base):
    """A subscription of a member to the new posts of a thread."""

    __tablename__ = "forums_subscriptions_threads"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    thread_id: Mapped[int] = mapped_column(
        ForeignKey("forums_threads.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class MemberCounts(Base):
    """The numbers of live posts and threads of a member in a forum.

    They are counted per forum, so that a sum does not reveal activity in forums that its reader
    cannot see.
    """

    __tablename__ = "forums_members"
    __table_args__ = (
        CheckConstraint("post_count >= 0", name="post_count"),
        CheckConstraint("thread_count >= 0", name="thread_count"),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    forum_id: Mapped[int] = mapped_column(
        ForeignKey("forums.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    post_count: Mapped[int] = mapped_column(Integer, default=0)
    thread_count: Mapped[int] = mapped_column(Integer, default=0)
