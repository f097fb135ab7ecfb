"""What is sent about conversations."""

from __future__ import annotations

from pulsar.classes.owned import OfMember
from pulsar.text import Format
from pulsar.validation import Boolean, Choice, Integer, Schema, String

from ..nodes import Contents, Ids, Topic


class ListConversations(OfMember):
    """Which conversations."""

    filter = Choice("inbox", "sentbox", "starred", "deleted", default="inbox")
    unread = Boolean(description="Only what is unread, or only what is read.")
    q = String(0, 255, description="Words of the topic and one of the messages, all of them.")
    page = Integer(1, 10_000_000, default=1)
    limit = Integer(1, 100, default=50)


class ReadMessages(Schema):
    """Which of the messages."""

    after = Integer(1, description="Later than the one with this id.")
    limit = Integer(1, 100, default=50)


class StartConversation(Schema):
    """A new conversation with its first message."""

    example = {
        "topic": "Your upload",
        "recipient_ids": [7],
        "message": "Thank you for it.",
        "format": "bbcode",
    }

    topic = Topic(required=True)
    recipient_ids = Ids(required=True)
    message = Contents(required=True)
    format = Format()


class MarkConversation(Schema):
    """How the caller has a conversation; ``locked`` is for everybody in it."""

    example = {"read": True, "starred": True}

    read = Boolean()
    starred = Boolean()
    deleted = Boolean()
    locked = Boolean(description="With messages_lock only.")


class MarkConversations(Schema):
    """How the caller has several conversations."""

    example = {"conversation_ids": [3, 4], "read": True}

    conversation_ids = Ids(required=True)
    read = Boolean()
    starred = Boolean()
    deleted = Boolean()


class Reply(Schema):
    """A further message."""

    example = {"conv_id": 3, "message": "You are welcome.", "format": "bbcode"}

    conv_id = Integer(1, required=True)
    message = Contents(required=True)
    format = Format()


class Members(Schema):
    """Some members."""

    example = {"user_ids": [7, 12]}

    user_ids = Ids(required=True)


class MakeBlock(Schema):
    """Whom to block."""

    example = {"user_id": 7}

    user_id = Integer(1, required=True)
