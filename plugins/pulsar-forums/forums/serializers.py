"""Serializers of categories, forums, threads and posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from pulsar.request import Request
from pulsar.serialization import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    STRING,
    BatchField,
    Field,
    NestedField,
    PageField,
    Prepared,
    Serializer,
    nullable,
)
from pulsar.text import HtmlField
from pulsar.users.interfaces import IUser

from .access import is_live
from .edits import edits_of
from .interfaces import (
    IForum,
    IForumCategory,
    IForumPost,
    IForumPostEdit,
    IForumThread,
    IForumThreadNote,
)
from .models import Category, Forum, Thread, ThreadNote
from .nested_lists import forum_threads, posts_key, thread_posts
from .permissions import (
    FORUMS_MODIFY,
    POSTS_MODIFY_ADVANCED,
    THREADS_MODIFY,
    THREADS_MODIFY_ADVANCED,
)
from .queries import count_threads, newest_threads, visible_forums
from .viewer import MAX_UNREAD, State, forum_viewer

#: The fields of members that posts show. Fields that change often are left out.
AUTHOR = ("id", "username", "enabled", "user_class")
NAME = ("id", "username")


class LoadedField(NestedField):
    """Content loaded for all models at once: ``load(request, models)`` maps model ids to it."""

    def __init__(self, content: Any, load: Any, *, many: bool = False, **kwargs: Any) -> None:
        self._load = load
        super().__init__(content, many=many, **kwargs)

    def values(self, request: Request, models: Sequence[Any]) -> list[Any]:
        """Return one object (or list) per model, all serialized together."""
        loaded: Mapping[int, Any] = self._load(request, models)
        self.get = lambda _, model: loaded.get(model.id, [] if self.many else None)
        return super().values(request, models)


def _is_deleted(request: Request, model: Any) -> bool:
    return model.deleted is not None


def _forums(request: Request, categories: Sequence[Category]) -> dict[int, list[Forum]]:
    """Return the forums of categories that the caller may see, by position."""
    forums_by_category: dict[int, list[Forum]] = {category.id: [] for category in categories}
    query = visible_forums(request).where(
        Forum.category_id.in_(forums_by_category), *is_live(Forum)
    )
    for forum in request.db.scalars(query.order_by(Forum.position, Forum.id)):
        forums_by_category[forum.category_id].append(forum)
    return forums_by_category


def _states(request: Request, threads: Sequence[Thread]) -> dict[int, State]:
    return forum_viewer(request).states(threads)


def _subscribed(request: Request, threads: Sequence[Thread]) -> dict[int, bool]:
    return {key: state.subscribed for key, state in _states(request, threads).items()}


def _last_viewed(request: Request, threads: Sequence[Thread]) -> dict[int, Any]:
    states = _states(request, threads).items()
    return {key: {"id": state.post_id} for key, state in states if state.post_id is not None}


def _unread(request: Request, threads: Sequence[Thread]) -> dict[int, int]:
    return {key: state.unread for key, state in _states(request, threads).items()}


def _posts(request: Request, thread: Thread) -> Prepared:
    return thread_posts(request, thread.id, posts_key(request, thread.id), lambda: thread)


def _notes(request: Request, threads: Sequence[Thread]) -> dict[int, list[ThreadNote]]:
    """Return the notes on threads, newest first."""
    notes_by_thread: dict[int, list[ThreadNote]] = {thread.id: [] for thread in threads}
    query = select(ThreadNote).where(ThreadNote.thread_id.in_(notes_by_thread))
    for note in request.db.scalars(
        query.options(joinedload(ThreadNote.user)).order_by(ThreadNote.id.desc())
    ):
        notes_by_thread[note.thread_id].append(note)
    return notes_by_thread


class CategorySerializer(Serializer):
    """Forums under one heading."""

    id = Field(INTEGER)
    name = Field(STRING)
    description = Field(nullable(STRING))
    position = Field(INTEGER)
    forums = LoadedField(IForum, _forums, many=True, nested=False, personal=True)
    deleted = Field(BOOLEAN, _is_deleted, permission=FORUMS_MODIFY)


class ForumSerializer(Serializer):
    """A place for threads. Fields depend on which of its threads the caller may see."""

    id = Field(INTEGER)
    name = Field(STRING)
    description = Field(nullable(STRING))
    category = NestedField(IForumCategory, only=("id", "name"), nested=False)
    position = Field(INTEGER)
    thread_count = BatchField(INTEGER, count_threads, personal=True, doc="Live ones.")
    last_updated_thread = LoadedField(
        IForumThread, newest_threads, only=("id", "topic", "last_post"), personal=True
    )
    threads = PageField(
        IForumThread,
        forum_threads,
        nested=False,
        personal=True,
        doc="Sticky ones first, then by their newest posts.",
    )
    deleted = Field(BOOLEAN, _is_deleted, permission=FORUMS_MODIFY)


class ThreadSerializer(Serializer):
    """A conversation."""

    id = Field(INTEGER)
    topic = Field(STRING)
    forum = NestedField(IForum, only=("id", "name"))
    creator = NestedField(IUser, only=NAME)
    locked = Field(BOOLEAN)
    sticky = Field(BOOLEAN)
    created_time = Field(DATETIME)
    post_count = Field(INTEGER, doc="Live ones.")
    last_post = NestedField(IForumPost, only=("id", "user", "time"), doc="The newest live one.")
    last_viewed_post = BatchField(
        {"type": ["object", "null"], "properties": {"id": INTEGER}},
        _last_viewed,
        personal=True,
        doc="Up to where the caller has read; the live post before it, if it was deleted.",
    )
    unread_count = BatchField(
        INTEGER,
        _unread,
        personal=True,
        doc=f"Live posts behind that; {MAX_UNREAD} for that many or more.",
    )
    subscribed = BatchField(BOOLEAN, _subscribed, personal=True)
    posts = PageField(IForumPost, _posts, nested=False, doc="Oldest first.")
    thread_notes = LoadedField(
        IForumThreadNote, _notes, many=True, permission=THREADS_MODIFY, nested=False
    )
    deleted = Field(BOOLEAN, _is_deleted, permission=THREADS_MODIFY_ADVANCED)


class ThreadNoteSerializer(Serializer):
    """A note of a moderator about a thread."""

    id = Field(INTEGER)
    note = Field(STRING)
    user = NestedField(IUser, only=NAME)
    time = Field(DATETIME)


class PostSerializer(Serializer):
    """A message in a thread."""

    id = Field(INTEGER)
    thread = NestedField(IForumThread, only=("id", "topic"))
    user = NestedField(IUser, only=AUTHOR)
    contents = Field(STRING, doc="As it was written, in the format.")
    format = Field(STRING)
    contents_html = HtmlField(doc="Sanitised.")
    time = Field(DATETIME)
    edited_time = Field(nullable(DATETIME))
    editor = NestedField(IUser, only=NAME)
    sticky = Field(BOOLEAN)
    deleted = Field(BOOLEAN, _is_deleted, permission=POSTS_MODIFY_ADVANCED)
    edit_history = LoadedField(
        IForumPostEdit,
        edits_of,
        many=True,
        permission=POSTS_MODIFY_ADVANCED,
        doc="What it said before, newest first. The newest of them; all are in `/edits`.",
    )


class PostEditSerializer(Serializer):
    """An earlier version of a post."""

    id = Field(INTEGER)
    editor = NestedField(IUser, only=NAME, doc="Who had written that.")
    contents = Field(STRING)
    format = Field(STRING)
    time = Field(DATETIME, doc="When it was replaced.")
