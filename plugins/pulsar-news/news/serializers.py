"""Serializers of entries and comments."""

from __future__ import annotations

from typing import Any

from pulsar import comments
from pulsar.request import Request
from pulsar.serialization import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    STRING,
    BatchField,
    Field,
    NestedField,
    Serializer,
    nullable,
)
from pulsar.text import HtmlField
from pulsar.users.interfaces import IUser

from .interfaces import INewsEntry
from .permissions import MODIFY
from .unread import unread_marks

NAME = ("id", "username")


def _is_deleted(request: Request, model: Any) -> bool:
    return model.deleted is not None


class EntrySerializer(Serializer):
    """A news or blog entry."""

    id = Field(INTEGER)
    kind = Field(STRING, doc="`news` or `blog`.")
    title = Field(STRING)
    author = NestedField(IUser, only=NAME)
    contents = Field(STRING, doc="As it was written, in the format.")
    format = Field(STRING)
    contents_html = HtmlField(doc="Sanitised.")
    pinned = Field(BOOLEAN)
    publish_at = Field(DATETIME, doc="Members see it from then on.")
    edited_time = Field(nullable(DATETIME))
    editor = NestedField(IUser, only=NAME)
    comments_open = Field(BOOLEAN)
    comment_count = Field(INTEGER, doc="Live ones.")
    unread = BatchField(
        BOOLEAN,
        unread_marks,
        personal=True,
        doc="Whether it is newer than what the caller has seen; never of their own.",
    )
    deleted = Field(BOOLEAN, _is_deleted, permission=MODIFY)


class CommentSerializer(comments.CommentSerializer):
    """A comment on an entry."""

    entry = NestedField(INewsEntry, only=("id", "title"))
