"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ListCommentsInput(TypedDict):
    """Selects comments, oldest first."""

    after: NotRequired[int]
    limit: int
    include_dead: bool


class CreateCommentInput(TypedDict):
    """A new comment."""

    contents: str
    format: str


class EditCommentInput(TypedDict, total=False):
    """Changes to a comment."""

    contents: str
    format: str
