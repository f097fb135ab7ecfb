"""The input of notifications."""

from __future__ import annotations

from ..classes.owned import OfMember
from ..validation import Boolean, Integer, ListOf, Schema, String


class ListOfType(OfMember):
    """Selects notifications of a type."""

    include_read = Boolean(default=False)
    after = Integer(1, description="Older than the one with this id.")
    limit = Integer(1, 100, default=50)


class Mark(Schema):
    """Whether to mark as read or as unread."""

    example = {"read": True}

    read = Boolean(required=True)


class Choice(Schema):
    """Whether the member wants a type through a channel."""

    type = String(1, 48, required=True)
    channel = String(1, 32, required=True)
    wanted = Boolean(required=True)


class Choose(Schema):
    """Several choices at once."""

    example = {"choices": [{"type": "mentioned", "channel": "site", "wanted": False}]}

    choices = ListOf(Choice(), 200, required=True)
