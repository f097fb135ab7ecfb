"""The members whom a text quotes and mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: The form of a member's name in a text.
USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
#: Maximum number of names of one kind, so that one post cannot notify the whole site.
LIMIT = 100


@dataclass(frozen=True, slots=True)
class References:
    """Usernames as the text spells them, in its order, each only once, ignoring case."""

    quoted: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()


def gather(quoted: Iterable[str], mentioned: Iterable[str]) -> References:
    """References to the first names of each kind."""
    return References(_distinct(quoted), _distinct(mentioned))


def is_username(name: str) -> bool:
    """Whether it has the form of a member's name."""
    return USERNAME.fullmatch(name) is not None


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    name_by_key: dict[str, str] = {}
    for name in names:
        name_by_key.setdefault(name.casefold(), name)
    return tuple(name_by_key.values())[:LIMIT]
