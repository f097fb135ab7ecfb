"""Closed lists of words, whose refusals name what is allowed."""

from __future__ import annotations

from collections.abc import Collection

import colander

#: So many words are named.
MOST = 50


def not_allowed(choices: Collection[str]) -> str:
    """The sentence for a value that is none of the choices."""
    words = sorted(choices)
    if not words:
        return "value is not allowed: there is nothing to choose from"
    more = f" and {len(words) - MOST} more" if len(words) > MOST else ""
    return f"value is not allowed: choose one of {', '.join(words[:MOST])}{more}"


def one_of(choices: Collection[str]) -> colander.OneOf:
    """A validator of words."""
    return colander.OneOf(tuple(choices), not_allowed(choices))
