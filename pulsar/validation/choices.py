"""Choices: a fixed list of words, which the error message lists."""

from __future__ import annotations

from collections.abc import Collection

import colander

#: The maximum number of words in the message.
MOST = 50


def not_allowed(choices: Collection[str]) -> str:
    """Return the error message for a value that is none of the choices."""
    words = sorted(choices)
    if not words:
        return "value is not allowed: there is nothing to choose from"
    more = f" and {len(words) - MOST} more" if len(words) > MOST else ""
    return f"value is not allowed: choose one of {', '.join(words[:MOST])}{more}"


def one_of(choices: Collection[str]) -> colander.OneOf:
    """Return a validator that accepts these words."""
    return colander.OneOf(tuple(choices), not_allowed(choices))
