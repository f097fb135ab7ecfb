"""Parsers for the texts of options. Each raises ValueError with a description of valid texts."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from pyramid.settings import aslist, aslist_cronly, falsey, truthy

from .limit import Limit

_UNITS = {"": 1, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}
_SIZE = re.compile(r"([0-9]+)\s*([a-z]*)", re.ASCII)


def integer(minimum: int = 0, maximum: int = 2**63 - 1) -> Callable[[str], int]:
    """Return a parser of whole numbers in a range."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError as error:
            raise ValueError("must be a whole number") from error
        if not minimum <= value <= maximum:
            raise ValueError(f"must be from {minimum} to {maximum}")
        return value

    return parse


def seconds(text: str) -> float:
    """Parse a duration in seconds, which must not be negative."""
    try:
        value = float(text)
    except ValueError as error:
        raise ValueError("must be a number of seconds") from error
    if not 0 <= value < math.inf:
        raise ValueError("must be finite and not negative")
    return value


def interval(text: str) -> float:
    """Parse the seconds between repeated events, which must be more than zero."""
    value = seconds(text)
    if not value:
        raise ValueError("must be more than 0")
    return value


def size(text: str) -> int:
    """Parse a number of bytes: ``10 MiB``, ``512KiB`` or ``1000``."""
    match = _SIZE.fullmatch(text.strip().lower())
    if match is None or match[2] not in _UNITS:
        raise ValueError("must be a number of bytes, KiB, MiB, GiB or TiB")
    return int(match[1]) * _UNITS[match[2]]


def choice(*values: str) -> Callable[[str], str]:
    """Return a parser that accepts one of the words."""

    def parse(text: str) -> str:
        if text not in values:
            raise ValueError(f"must be one of {', '.join(values)}")
        return text

    return parse


def text(value: str) -> str:
    """Parse any text, without surrounding spaces."""
    return value.strip()


def words(value: str) -> tuple[str, ...]:
    """Parse a list separated by spaces or lines."""
    return tuple(aslist(value))


def lines(value: str) -> tuple[str, ...]:
    """Parse a list of texts, one per line."""
    return tuple(aslist_cronly(value))


def hosts(value: str) -> tuple[str, ...]:
    """Parse host names separated by spaces; those with ``*.`` match all their subdomains."""
    names = tuple(name.lower() for name in aslist(value))
    for name in names:
        if name != "*" and not re.fullmatch(r"(?:\*\.)?[\w.-]+|\[[0-9a-f:.]+\]", name):
            raise ValueError("must be names of hosts separated by blanks, or *")
    return names


def durations(value: str) -> tuple[int, ...]:
    """Parse whole seconds separated by spaces, at least one value."""
    words_found = aslist(value)
    if not words_found or not all(
        re.fullmatch(r"[0-9]{1,9}", word, re.ASCII) for word in words_found
    ):
        raise ValueError("must be whole seconds separated by blanks")
    return tuple(map(int, words_found))


def limit(value: str) -> Limit:
    """Parse ``50/80`` (50 hits in 80 seconds)."""
    return Limit.parse(value)


def redis_url(value: str) -> str:
    """Parse the URL of a Redis server."""
    address = value.strip()
    if not re.match(r"(redis|rediss|unix)://.", address):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    database = address.partition("://")[2].partition("/")[2].partition("?")[0]
    if not address.startswith("unix") and database and not database.isdecimal():
        raise ValueError("must end with the number of a database, e.g. /0")
    return address


def boolean(value: str) -> bool:
    """Parse ``true`` or ``false``, or one of their usual synonyms."""
    word = value.strip().lower()
    if word not in truthy and word not in falsey:
        raise ValueError("must be true or false")
    return word in truthy
