"""What is shown together with a part of its messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute
from zope.interface import Interface

from pulsar.db import Slice, slice_after
from pulsar.request import Request
from pulsar.serialization import INTEGER, Field, array_of, nullable
from pulsar.serialization.fields import JsonSchema, Refs


class Opened:
    """A model that was opened: it has the model's attributes, and ``messages``."""

    def __init__(self, model: Any, messages: Slice) -> None:
        self.model = model
        self.messages = messages

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    @property
    def newest(self) -> int | None:
        """The id of the last of all messages, if it is among those that are shown."""
        items = self.messages.items
        return items[-1]["id"] if items and self.messages.after is None else None


def part(
    request: Request, query: Select[Any], key: InstrumentedAttribute[int], wanted: Mapping[str, Any]
) -> Slice:
    """The messages that ``after`` and ``limit`` ask for, oldest first, as they are shown."""
    after, limit = wanted.get("after"), wanted["limit"]
    messages = slice_after(request.db, query, key, after, limit, ascending=True)
    shown: Slice = request.serialize.part(messages)
    return shown


class SliceField(Field):
    """A part of a long list inside of an object."""

    def __init__(self, content: type[Interface], **kwargs: Any) -> None:
        super().__init__({}, **kwargs)
        self.content = content

    def values(self, request: Request, models: Sequence[Any]) -> list[Any]:
        """One part per model."""
        return [request.serialize(found) for found in super().values(request, models)]

    def json_schema(self, refs: Refs) -> JsonSchema:
        """What a list with ``after`` looks like."""
        properties = {
            "items": array_of(refs(self.content)),
            "limit": INTEGER,
            "after": nullable(INTEGER),
        }
        return {"type": "object", "required": [*properties], "properties": properties}
