"""The serializer of comments."""

from __future__ import annotations

from typing import Any

from ..request import Request
from ..serialization import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    STRING,
    Field,
    NestedField,
    Serializer,
    nullable,
)
from ..text import HtmlField
from ..users.interfaces import IUser
from .resources import Comments

#: The author's fields that are shown with a comment. Fields that change every hour are omitted.
_AUTHOR = ("id", "username", "enabled", "user_class")


class CommentSerializer(Serializer):
    """A comment. A plugin's subclass shows its subject; by default the subject's id is shown."""

    owner = "user_id"

    id = Field(INTEGER)
    user = NestedField(IUser, only=_AUTHOR, doc="Null where the account is gone.")
    contents = Field(STRING, doc="As it was written, in the format.")
    format = Field(STRING)
    contents_html = HtmlField(doc="Sanitised.")
    time = Field(DATETIME)
    edited_time = Field(nullable(DATETIME))
    editor = NestedField(IUser, only=("id", "username"))


def completed(
    serializer: type[CommentSerializer], comments: type[Comments]
) -> type[CommentSerializer]:
    """Return the serializer with the fields that depend on the kind of comments."""
    fields = {"deleted": Field(BOOLEAN, _is_deleted, permission=comments.moderate_permission)}
    if serializer is CommentSerializer:
        fields[comments.subject] = Field(INTEGER)
    return type(serializer.__name__, (serializer,), fields)


def _is_deleted(request: Request, comment: Any) -> bool:
    return comment.deleted is not None
