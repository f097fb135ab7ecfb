"""Serializers of tickets, their messages and canned answers."""

from __future__ import annotations

from typing import Any

from pulsar.classes.interfaces import IUserClass
from pulsar.request import Request
from pulsar.serialization import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    STRING,
    Field,
    NestedField,
    PageField,
    Serializer,
    nullable,
)
from pulsar.text import HtmlField
from pulsar.users.interfaces import IUser

from .handlers import handles
from .interfaces import IStaffMessageReply
from .models import STATUSES
from .permissions import HANDLE

_NAME = ("id", "username")


def _of_handled(name: str) -> Any:
    """Return a getter of the attribute, which is None if the caller does not handle the ticket."""

    def get(request: Request, ticket: Any) -> Any:
        return getattr(ticket, name) if handles(request, ticket) else None

    return get


class TicketSerializer(Serializer):
    """A ticket. Only its handlers see to whom it is assigned."""

    owner = "user_id"

    id = Field(INTEGER)
    topic = Field(STRING)
    user = NestedField(IUser, only=_NAME, doc="Who asked; null where the account is gone.")
    status = Field({"type": "string", "enum": [*STATUSES]})
    created = Field(DATETIME)
    active = Field(DATETIME, doc="When the member or staff wrote last.")
    assigned_to = NestedField(
        IUser, _of_handled("assignee"), only=_NAME, permission=HANDLE, personal=True
    )
    assigned_class = NestedField(
        IUserClass,
        _of_handled("user_class"),
        only=("id", "name"),
        permission=HANDLE,
        personal=True,
    )


class OpenTicketSerializer(TicketSerializer):
    """A ticket with a page of its messages."""

    messages = PageField(IStaffMessageReply, doc="Oldest first.")


class ReplySerializer(Serializer):
    """A message of the member or of staff in a ticket."""

    id = Field(INTEGER)
    user = NestedField(IUser, only=_NAME, doc="Null where the account is gone.")
    time = Field(DATETIME)
    contents = Field(STRING, doc="As it was written.")
    format = Field(STRING)
    contents_html = HtmlField()
    internal = Field(BOOLEAN, doc="A note that the member does not see.")


class AnswerSerializer(Serializer):
    """A canned answer."""

    id = Field(INTEGER)
    name = Field(STRING)
    contents = Field(STRING, doc="As it was written.")
    format = Field(STRING)
    contents_html = HtmlField()
    created = Field(DATETIME)
    edited = Field(nullable(DATETIME))
