"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ListTicketsInput(TypedDict):
    """Which tickets. All but ``status`` is for those who handle them."""

    page: int
    limit: int
    status: NotRequired[str]
    own: NotRequired[bool]
    assigned_to: NotRequired[int]
    assigned_class: NotRequired[int]
    unassigned: NotRequired[bool]


class MakeTicketInput(TypedDict):
    """A question to staff."""

    topic: str
    message: str
    format: str


class ReadTicketInput(TypedDict):
    """Which of the replies."""

    after: NotRequired[int]
    limit: int


class ReplyToTicketInput(TypedDict):
    """A further message."""

    message: str
    format: str
    internal: bool


class EditTicketInput(TypedDict, total=False):
    """Who has a ticket, and how far it is."""

    status: str
    assigned_to: int | None
    assigned_class: int | None


class MakeAnswerInput(TypedDict):
    """A canned answer."""

    name: str
    contents: str
    format: str


class EditAnswerInput(TypedDict, total=False):
    """Changes to a canned answer."""

    name: str
    contents: str
    format: str
