"""Input of the endpoints of conversations."""

from __future__ import annotations

from pulsar.classes.owned import OfMember
from pulsar.text import Format
from pulsar.validation import Boolean, Choice, Integer, Schema, String

from ..nodes import Contents, Ids, Topic


class ListConversations(OfMember):
    """The filters of a list of conversations."""

    filter = Choice("inbox", "sentbox", "starred", "deleted", default="inbox")
    unread = Boolean(description="Only what is unread, or only what is read.")
    q = String(0, 255, description="Words of the topic and one of the messages, all of them.")
    page = Integer(1, 10_000_000, default=1)
    limit = Integer(1, 100, default=50)


class ReadMessages(Schema):
    """The part of a conversation's messages to show."""

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
    """The caller's marks of a conversation; ``locked`` applies to all its members."""

    example = {"read": True, "starred": True}

    read = Boolean()
    starred = Boolean()
    deleted = Boolean()
    locked = Boolean(description="With messages_lock only.")


class MarkConversations(Schema):
    """The caller's marks of several conversations."""

    example = {"conversation_ids": [3, 4], "read": True}

    conversation_ids = Ids(required=True)
    read = Boolean()
    starred = Boolean()
    deleted = Boolean()


class Reply(Schema):
    """A reply in a conversation."""

    example = {"conv_id": 3, "message": "You are welcome.", "format": "bbcode"}

    conv_id = Integer(1, required=True)
    message = Contents(required=True)
    format = Format()


class Members(Schema):
    """Members to add or to remove."""

    example = {"user_ids": [7, 12]}

    user_ids = Ids(required=True)


class MakeBlock(Schema):
    """The member to block."""

    example = {"user_id": 7}

    user_id = Integer(1, required=True)
