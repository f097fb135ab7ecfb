"""Errors of conversations."""

from __future__ import annotations

from pulsar.errors import ApiError, Forbidden


class NoMultipleUsers(Forbidden):
    """The caller may not start conversations with several members."""

    code = "no_multiple_users"
    message = "You cannot create a conversation with multiple users."


class TooManyMembers(ApiError):
    """The conversation would have more members than `messages.max_members` allows."""

    code = "too_many_members"


class ConversationLocked(ApiError):
    """Staff have locked the conversation."""

    code = "conversation_locked"
    message = "You cannot reply to a locked conversation."


class NotMembers(ApiError):
    """The members to remove are not in the conversation."""

    code = "not_members"


class AlreadyMembers(ApiError):
    """The members to add are already in the conversation."""

    code = "already_members"


class OriginalMembers(ApiError):
    """The members with whom a conversation was started cannot be removed."""

    code = "original_members"
