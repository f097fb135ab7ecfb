"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ListTicketsInput(TypedDict):
    """The filters of a list of tickets; all but ``status`` and ``own`` are for handlers."""

    page: int
    limit: int
    status: NotRequired[str]
    own: NotRequired[bool]
    assigned_to: NotRequired[int]
    assigned_class: NotRequired[int]
    unassigned: NotRequired[bool]


class MakeTicketInput(TypedDict):
    """A new ticket."""

    topic: str
    message: str
    format: str


class ReadTicketInput(TypedDict):
    """The part of a ticket's messages to show."""

    after: NotRequired[int]
    limit: int


class ReplyToTicketInput(TypedDict):
    """A reply in a ticket."""

    message: str
    format: str
    internal: bool


class EditTicketInput(TypedDict, total=False):
    """The assignee, class and status of a ticket."""

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
