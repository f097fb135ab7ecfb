"""What ``request.validated`` holds after the schema of the same name."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ListCommentsInput(TypedDict):
    """Which comments, oldest first."""

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
