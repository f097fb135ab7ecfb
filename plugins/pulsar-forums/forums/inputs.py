"""The contents of ``request.validated`` after the schema of the same name."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ReadListInput(TypedDict):
    """Selects items of a list: a page, or the items after a key (at the same cost everywhere)."""

    page: NotRequired[int]
    after: NotRequired[int]
    limit: int
    include_dead: bool


class ListCategoriesInput(TypedDict):
    """Selects categories."""

    include_dead: bool


class CreateCategoryInput(TypedDict):
    """A new category."""

    name: str
    description: NotRequired[str | None]
    position: int


class EditCategoryInput(TypedDict, total=False):
    """Changes to a category."""

    name: str
    description: str | None
    position: int


class CreateForumInput(TypedDict):
    """A new forum."""

    name: str
    description: NotRequired[str | None]
    position: int
    category_id: int


class EditForumInput(TypedDict, total=False):
    """Changes to a forum."""

    name: str
    description: str | None
    position: int
    category_id: int


class CreateThreadInput(TypedDict):
    """A new thread with its first post."""

    forum_id: int
    topic: str
    contents: str
    format: str


class EditThreadInput(TypedDict, total=False):
    """Changes to a thread; another forum moves it."""

    topic: str
    forum_id: int
    locked: bool
    sticky: bool


class CreateNoteInput(TypedDict):
    """A moderators' note about a thread."""

    note: str


class MarkViewedInput(TypedDict, total=False):
    """The post up to which a thread was read."""

    post_id: int


class FindPostsInput(TypedDict):
    """Selects posts, newest first."""

    q: NotRequired[str]
    forum_id: NotRequired[int]
    thread_id: NotRequired[int]
    user_id: NotRequired[int]
    after: NotRequired[int]
    limit: int


class ListEditsInput(TypedDict):
    """Selects edits of a post, newest first."""

    after: NotRequired[int]
    limit: int


class CreatePostInput(TypedDict):
    """A new post."""

    thread_id: int
    contents: str
    format: str


class EditPostInput(TypedDict, total=False):
    """Changes to a post."""

    contents: str
    format: str
    sticky: bool
