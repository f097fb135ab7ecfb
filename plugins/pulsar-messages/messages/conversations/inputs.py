"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ListConversationsInput(TypedDict):
    """The filters of a list of conversations."""

    user_id: NotRequired[int]
    filter: str
    unread: NotRequired[bool]
    q: NotRequired[str]
    page: int
    limit: int


class ReadMessagesInput(TypedDict):
    """The part of a conversation's messages to show."""

    after: NotRequired[int]
    limit: int


class StartConversationInput(TypedDict):
    """A new conversation with its first message."""

    topic: str
    recipient_ids: list[int]
    message: str
    format: str


class MarkConversationInput(TypedDict, total=False):
    """The caller's marks of a conversation; ``locked`` applies to all its members."""

    read: bool
    starred: bool
    deleted: bool
    locked: bool


class MarkConversationsInput(TypedDict):
    """The caller's marks of several conversations."""

    conversation_ids: list[int]
    read: NotRequired[bool]
    starred: NotRequired[bool]
    deleted: NotRequired[bool]


class ReplyInput(TypedDict):
    """A reply in a conversation."""

    conv_id: int
    message: str
    format: str


class MembersInput(TypedDict):
    """Members to add or to remove."""

    user_ids: list[int]


class MakeBlockInput(TypedDict):
    """The member to block."""

    user_id: int
