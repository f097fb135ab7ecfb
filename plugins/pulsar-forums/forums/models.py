"""Categories, forums, threads, posts and what members and moderators attach to them.

What is deleted stays, for history and for being restored: ``deleted`` says when it was.
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

#: What is added to the place of a sticky thread, above any id of a post; JSON's readers hold
#: integers up to twice as much exactly (RFC 8259, 6).
STICKY = 2**52


@implementer(IForumCategory)
class Category(Base):
    """Forums under one heading, by position."""

    __tablename__ = "forums_categories"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(32))
    description: Mapped[str | None] = mapped_column(String(1024))
    position: Mapped[int] = mapped_column(Integer, default=0)
    deleted: Mapped[datetime | None]


@implementer(IForum)
class Forum(Base):
    """A place for threads; ``thread_count`` counts the live ones."""

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

    ``place`` orders a forum's threads: the id of the post that was newest at last, with
    :data:`STICKY` added while the thread is sticky. It is unique, so that a list can be continued
    behind it at the same cost however long the list is. ``last_post_id`` is the newest live post;
    it is no foreign key, since posts refer to threads already.
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
    """One contribution; ``contents`` is its source in the ``format``."""

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
    """What a post said until ``time``, and who had written that."""

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
    """What moderators noted about a thread."""

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
    """Up to which post a member has read a thread; absent: nothing of it."""

    __tablename__ = "forums_threads_views"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    thread_id: Mapped[int] = mapped_column(
        ForeignKey("forums_threads.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    #: The id of a post, maybe one that was deleted since.
    post_id: Mapped[int] = mapped_column(BigInteger)


class ForumSubscription(Base):
    """A member wants to be told of new threads' posts: they subscribe them to each new thread."""

    __tablename__ = "forums_subscriptions_forums"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    forum_id: Mapped[int] = mapped_column(
        ForeignKey("forums.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ThreadSubscription(Base):
    """A member wants to be told of new posts."""

    __tablename__ = "forums_subscriptions_threads"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    thread_id: Mapped[int] = mapped_column(
        ForeignKey("forums_threads.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class MemberCounts(Base):
    """How many live posts and threads of a member are in a forum.

    By forum, because nobody is to learn from a sum what goes on where they may not look.
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
