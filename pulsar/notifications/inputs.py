"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from ..users.inputs import OfMemberInput


class ListOfTypeInput(TypedDict):
    """Which of a type."""

    user_id: NotRequired[int]
    include_read: bool
    after: NotRequired[int]
    limit: int


class MarkInput(TypedDict):
    """Read or unread."""

    read: bool


class ChooseInput(TypedDict):
    """Several choices at once."""

    choices: list[dict[str, Any]]


class MarkForMemberInput(MarkInput, OfMemberInput):
    """The same, with whose it is in the query."""
