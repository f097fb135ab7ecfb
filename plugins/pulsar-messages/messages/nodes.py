"""Input nodes that conversations and messages to staff share."""

from __future__ import annotations

from typing import Any

import colander

from pulsar.validation import Integer, ListOf, String, not_blank

MAX_TOPIC = 128
MAX_MESSAGE = 250_000
#: Ids that are named at once.
MAX_IDS = 100


def different(node: colander.SchemaNode, value: list[int]) -> None:
    """An id is named once."""
    if len(set(value)) < len(value):
        raise colander.Invalid(node, "values must be different")


def Topic(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """What a conversation is about."""
    return String(1, MAX_TOPIC, not_blank, **kwargs)


def Contents(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """The text of a message."""
    return String(1, MAX_MESSAGE, not_blank, **kwargs)


def Ids(**kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """At least one id, each of them once."""
    return ListOf(Integer(1), MAX_IDS, different, minimum=1, **kwargs)
