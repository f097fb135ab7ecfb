"""The serializer of notifications."""

from __future__ import annotations

from ..request import Request
from ..serialization import BOOLEAN, DATETIME, INTEGER, STRING, Field, Serializer, nullable
from .models import Notification


def _read(request: Request, notification: Notification) -> bool:
    return notification.read is not None


class NotificationSerializer(Serializer):
    """A notification."""

    owner = "user_id"

    id = Field(INTEGER)
    user_id = Field(INTEGER)
    type = Field(STRING)
    time = Field(DATETIME)
    read = Field(BOOLEAN, _read)
    subject_type = Field(STRING, doc="What it is about, e.g. forum_posts.")
    subject_id = Field(nullable(INTEGER))
    contents = Field({"type": "object"}, doc="What the type's plugin says of it.")
