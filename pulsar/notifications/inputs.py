"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from ..users.inputs import OfMemberInput


class ListOfTypeInput(TypedDict):
    """Selects notifications of a type."""

    user_id: NotRequired[int]
    include_read: bool
    after: NotRequired[int]
    limit: int


class MarkInput(TypedDict):
    """Whether to mark as read or as unread."""

    read: bool


class ChooseInput(TypedDict):
    """Several choices at once."""

    choices: list[dict[str, Any]]


class MarkForMemberInput(MarkInput, OfMemberInput):
    """The same, for the member in the query."""
