"""How comments are shown."""

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

#: What is shown of members beside what they wrote; what changes by the hour is not.
_AUTHOR = ("id", "username", "enabled", "user_class")


class CommentSerializer(Serializer):
    """A comment. A plugin's subclass says what it is on, else the id of that is shown."""

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
    """The serializer with what differs by the permissions and the model of the comments."""
    fields = {"deleted": Field(BOOLEAN, _is_deleted, permission=comments.moderate_permission)}
    if serializer is CommentSerializer:
        fields[comments.subject] = Field(INTEGER)
    return type(serializer.__name__, (serializer,), fields)


def _is_deleted(request: Request, comment: Any) -> bool:
    return comment.deleted is not None
