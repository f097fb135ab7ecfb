"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ListConversationsInput(TypedDict):
    """Which conversations."""

    user_id: NotRequired[int]
    filter: str
    unread: NotRequired[bool]
    q: NotRequired[str]
    page: int
    limit: int


class ReadMessagesInput(TypedDict):
    """Which of the messages."""

    after: NotRequired[int]
    limit: int


class StartConversationInput(TypedDict):
    """A new conversation with its first message."""

    topic: str
    recipient_ids: list[int]
    message: str
    format: str


class MarkConversationInput(TypedDict, total=False):
    """How the caller has a conversation; ``locked`` is for everybody in it."""

    read: bool
    starred: bool
    deleted: bool
    locked: bool


class MarkConversationsInput(TypedDict):
    """How the caller has several conversations."""

    conversation_ids: list[int]
    read: NotRequired[bool]
    starred: NotRequired[bool]
    deleted: NotRequired[bool]


class ReplyInput(TypedDict):
    """A further message."""

    conv_id: int
    message: str
    format: str


class MembersInput(TypedDict):
    """Some members."""

    user_ids: list[int]


class MakeBlockInput(TypedDict):
    """Whom to block."""

    user_id: int
