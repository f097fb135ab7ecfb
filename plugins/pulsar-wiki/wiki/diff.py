"""Differences between two revisions of an article."""

from __future__ import annotations

from typing import Any, Protocol

from pulsar.serialization import INTEGER, STRING
from pulsar.text import diff as texts

_REVISION = {"type": "object", "properties": {"revision": INTEGER, "title": STRING}}

#: The JSON Schema of the result of :func:`diff`.
SCHEMA: dict[str, Any] = {
    **texts.SCHEMA,
    "required": ["before", "after", *texts.SCHEMA["required"]],
    "properties": {"before": _REVISION, "after": _REVISION, **texts.SCHEMA["properties"]},
}


class Text(Protocol):
    """A revision, or the current text of an article."""

    title: str
    contents: str


def diff(old: Text | None, old_number: int, new: Text, new_number: int) -> dict[str, Any]:
    """Return the differences between two texts as text and as lines; ``old`` may be None."""
    title, contents = (old.title, old.contents) if old is not None else ("", "")
    changes = texts.diff(contents, new.contents)
    names = f"--- {old_number} {title}\n+++ {new_number} {new.title}"
    return {
        "before": {"revision": old_number, "title": title},
        "after": {"revision": new_number, "title": new.title},
        **changes,
        "text": f"{names}\n{changes['text']}" if changes["text"] else names,
    }
