"""The input of categories, forums, threads and posts."""

from __future__ import annotations

import colander

from pulsar.text import Format
from pulsar.validation import Boolean, Integer, Nullable, Schema, String, not_blank

MAX_CONTENTS = 256_000
#: The limit for members without one: slightly less than fits into the longest body.
_ANY_LENGTH = 1_000_000


def Name(**kwargs: object) -> colander.SchemaNode:  # noqa: N802
    """The name of a forum or category."""
    return String(1, 32, not_blank, **kwargs)


def Contents(**kwargs: object) -> colander.SchemaNode:  # noqa: N802
    """The text of a post, in its format."""
    return String(
        1,
        _ANY_LENGTH,
        not_blank,
        description=f"At most {MAX_CONTENTS} characters, but for those without a limit.",
        **kwargs,
    )


def Position(**kwargs: object) -> colander.SchemaNode:  # noqa: N802
    """Lists are ordered from the lowest position to the highest."""
    return Integer(0, 99_999, **kwargs)


class ListCategories(Schema):
    """Selects categories."""

    include_dead = Boolean(default=False, description="Deleted ones too, for those who may.")


class CreateCategory(Schema):
    """A new category."""

    example = {"name": "Community", "description": "Everything else.", "position": 1}

    name = Name(required=True)
    description = Nullable(String(0, 1024))
    position = Position(default=0)


class EditCategory(Schema):
    """Changes to a category."""

    example = {"name": "Community", "position": 2}

    name = Name()
    description = Nullable(String(0, 1024), description="null clears it.")
    position = Position()


class CreateForum(CreateCategory):
    """A new forum."""

    example = {"name": "Lounge", "category_id": 1, "description": "Off topic."}

    category_id = Integer(1, required=True)


class EditForum(EditCategory):
    """Changes to a forum."""

    example = {"description": "Off topic, and politely."}

    category_id = Integer(1)


class CreateThread(Schema):
    """A new thread with its first post."""

    example = {
        "forum_id": 1,
        "topic": "Hello",
        "contents": "Who seeds the demo?",
        "format": "bbcode",
    }

    forum_id = Integer(1, required=True)
    topic = String(1, 150, not_blank, required=True)
    contents = Contents(required=True)
    format = Format()


class EditThread(Schema):
    """Changes to a thread; another forum moves it."""

    example = {"topic": "Hello again", "sticky": True}

    topic = String(1, 150, not_blank)
    forum_id = Integer(1)
    locked = Boolean()
    sticky = Boolean()


class CreateNote(Schema):
    """A moderators' note about a thread."""

    example = {"note": "Moved from the lounge."}

    note = String(1, 10_000, not_blank, required=True)


class MarkViewed(Schema):
    """The post up to which a thread was read."""

    example = {"post_id": 9}

    post_id = Integer(1, description="The newest post where it is missing.")


class FindPosts(Schema):
    """Selects posts, newest first."""

    q = String(0, 255, description='Words of posts and topics: linux "live cd" -beta ubun*')
    forum_id = Integer(1)
    thread_id = Integer(1)
    user_id = Integer(1)
    after = Integer(1, description="Posts older than the one with this id.")
    limit = Integer(1, 100, default=50)


class ListEdits(Schema):
    """Selects edits of a post, newest first."""

    after = Integer(1, description="Edits older than the one with this id.")
    limit = Integer(1, 50, default=50)


class CreatePost(Schema):
    """A new post."""

    example = {"thread_id": 5, "contents": "[b]Thanks![/b]", "format": "bbcode"}

    thread_id = Integer(1, required=True)
    contents = Contents(required=True)
    format = Format()


class EditPost(Schema):
    """Changes to a post."""

    example = {"contents": "[b]Thanks a lot![/b]", "format": "bbcode"}

    contents = Contents()
    format = Format(edits=True)
    sticky = Boolean(description="For moderators.")
