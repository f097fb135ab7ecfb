"""The serializer of the site log."""

from __future__ import annotations

from ..serialization import DATETIME, INTEGER, STRING, Field, NestedField, Serializer, nullable
from ..users.interfaces import IUser

_OBJECT = {"type": ["object", "null"]}


class LogEntrySerializer(Serializer):
    """An action of staff."""

    id = Field(INTEGER)
    time = Field(DATETIME, "created")
    actor = NestedField(IUser, only=("id", "username"))
    action = Field(STRING)
    target_type = Field(STRING)
    target_id = Field(nullable(INTEGER))
    summary = Field(STRING)
    before = Field(_OBJECT, doc="The changed fields as they were.")
    after = Field(_OBJECT, doc="The changed fields as they are.")
