"""Serializers of conversations, messages and blocks."""

from __future__ import annotations

from typing import Any

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
from pulsar.users.models import User

from .interfaces import IPrivateMessage

NAME = ("id", "username")


def _members(request: Request, conversation: Any) -> list[User]:
    return [member.user for member in conversation.conversation.members]


def _deleted(request: Request, conversation: Any) -> bool:
    return conversation.deleted is not None


class ConversationSerializer(Serializer):
    """A conversation with the marks of one member, which other members do not see."""

    id = Field(INTEGER)
    topic = Field(STRING, "conversation.topic")
    creator = NestedField(IUser, "conversation.creator", only=NAME)
    created = Field(DATETIME, "conversation.created")
    members = NestedField(IUser, _members, only=NAME, many=True)
    messages_count = Field(INTEGER, "conversation.messages_count")
    last_message = NestedField(
        IPrivateMessage, "conversation.last_message", only=("id", "user", "time")
    )
    last_response_time = Field(
        nullable(DATETIME), doc="When somebody else wrote last; null where nobody has."
    )
    read = Field(BOOLEAN)
    starred = Field(BOOLEAN)
    deleted = Field(BOOLEAN, _deleted)
    locked = Field(BOOLEAN, "conversation.locked")


class OpenConversationSerializer(ConversationSerializer):
    """A conversation with a page of its messages."""

    messages = PageField(IPrivateMessage, doc="Oldest first.")


class MessageSerializer(Serializer):
    """A message."""

    id = Field(INTEGER)
    conv_id = Field(INTEGER, "conversation_id")
    user = NestedField(IUser, only=NAME, doc="Null where the account is gone.")
    time = Field(DATETIME)
    contents = Field(STRING, doc="As it was written.")
    format = Field(STRING)
    contents_html = HtmlField()


class BlockSerializer(Serializer):
    """A blocked member, and the time of the block."""

    user = NestedField(IUser, "blocked", only=NAME)
    created = Field(DATETIME)
