"""Input nodes that conversations and messages to staff share."""

from __future__ import annotations

from typing import Any

import colander

from pulsar.validation import Integer, ListOf, String, not_blank

MAX_TOPIC = 128
MAX_MESSAGE = 250_000
#: The maximum number of ids in one request.
MAX_IDS = 100


def different(node: colander.SchemaNode, value: list[int]) -> None:
    """Reject lists that contain an id twice."""
    if len(set(value)) < len(value):
        raise colander.Invalid(node, "values must be different")


def Topic(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """The topic of a conversation or ticket."""
    return String(1, MAX_TOPIC, not_blank, **kwargs)


def Contents(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """The text of a message."""
    return String(1, MAX_MESSAGE, not_blank, **kwargs)


def Ids(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """A list of at least one id, without duplicates."""
    return ListOf(Integer(1), MAX_IDS, different, minimum=1, **kwargs)
