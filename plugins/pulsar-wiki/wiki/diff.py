"""Differences between two revisions."""

from __future__ import annotations

from typing import Any, Protocol

from pulsar.serialization import INTEGER, STRING
from pulsar.text import diff as texts

_REVISION = {"type": "object", "properties": {"revision": INTEGER, "title": STRING}}

#: The JSON Schema of :func:`diff`.
SCHEMA: dict[str, Any] = {
    **texts.SCHEMA,
    "required": ["before", "after", *texts.SCHEMA["required"]],
    "properties": {"before": _REVISION, "after": _REVISION, **texts.SCHEMA["properties"]},
}


class Text(Protocol):
    """What can be compared: a revision, or an article as it is now."""

    title: str
    contents: str


def diff(old: Text | None, old_number: int, new: Text, new_number: int) -> dict[str, Any]:
    """What differs between two revisions, as text and as lines; before the first is nothing."""
    title, contents = (old.title, old.contents) if old is not None else ("", "")
    changes = texts.diff(contents, new.contents)
    names = f"--- {old_number} {title}\n+++ {new_number} {new.title}"
    return {
        "before": {"revision": old_number, "title": title},
        "after": {"revision": new_number, "title": new.title},
        **changes,
        "text": f"{names}\n{changes['text']}" if changes["text"] else names,
    }
