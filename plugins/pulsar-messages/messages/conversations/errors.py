"""What is refused in conversations."""

from __future__ import annotations

from pulsar.errors import ApiError, Forbidden


class NoMultipleUsers(Forbidden):
    """Conversations with several members need a permission."""

    code = "no_multiple_users"
    message = "You cannot create a conversation with multiple users."


class TooManyMembers(ApiError):
    """The conversation would have more members than the operator allows."""

    code = "too_many_members"


class ConversationLocked(ApiError):
    """Staff have ended the conversation."""

    code = "conversation_locked"
    message = "You cannot reply to a locked conversation."


class NotMembers(ApiError):
    """Those who are to be removed are not in the conversation."""

    code = "not_members"


class AlreadyMembers(ApiError):
    """Those who are to be added are in the conversation."""

    code = "already_members"


class OriginalMembers(ApiError):
    """With whom a conversation was started stays in it."""

    code = "original_members"
