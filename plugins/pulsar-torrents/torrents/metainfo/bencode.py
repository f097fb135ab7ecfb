"""Strict, bounded bencode (BEP 3) over fastbencode."""

from __future__ import annotations

import re
from types import BuiltinFunctionType
from typing import TypeAlias, cast

# fastbencode is typed, but does not mark its names as exported.
from fastbencode import Bencached, bdecode, bencode  # type: ignore[attr-defined]

from .errors import MetainfoError

Value: TypeAlias = "int | bytes | list[Value] | dict[bytes, Value]"
Dictionary: TypeAlias = "dict[bytes, Value]"

if not isinstance(bdecode, BuiltinFunctionType):
    raise ImportError(
        "fastbencode is installed without its compiled extension, and its fallback is not strict."
    )

_HUGE_NUMBER = ("huge_number", "A number in the torrent does not fit in 64 bits.")
# The beginnings of fastbencode's messages, with our error for each. Any other message is
# "not_bencode".
_REASONS = {
    "stream underflow": ("truncated", "The torrent ends in the middle of a value."),
    "junk in stream": ("trailing_bytes", "There are bytes after the end of the torrent."),
    "dict keys disordered": (
        "unsorted_keys",
        "The torrent's keys are not sorted, or one is there twice.",
    ),
    "key was not a simple string": ("bad_key", "One of the torrent's keys is not a string."),
    "leading zeros": ("bad_number", "A number in the torrent has a leading zero."),
    "negative zero": ("bad_number", "A number in the torrent is written as minus zero."),
    "invalid literal for int": ("bad_number", "A number in the torrent has no digits."),
    "Stop character e not found:": ("bad_number", "A number in the torrent is not decimal."),
    "Stop character e not found": ("truncated", "The torrent ends in the middle of a number."),
    "Exceeds the limit": _HUGE_NUMBER,
}
_LONG_INTEGER = re.compile(rb"i-?[0-9]{19,}e")


def decode(data: bytes, *, max_depth: int, max_values: int) -> Dictionary:
    """Decode a dictionary, which must be canonical: the only encoding of its value.

    Integers must fit into 64 bits; otherwise clients could not load the torrent.

    Time and memory are limited before any value is built. The decoder stops at the first container
    below `max_depth` and never recurses. Every container and integer ends in an "e", so the number
    of these bytes limits their number.
    """
    if not data.startswith(b"d"):
        raise MetainfoError("not_a_torrent", "This file is not a torrent.")
    if data.count(b"e") > max_values:
        raise MetainfoError("too_many_values", "The torrent holds too many values.")
    try:
        root = cast(Dictionary, bdecode(data, max_depth=max_depth))
    except RecursionError:
        raise MetainfoError("too_deep", "The torrent is nested too deeply.") from None
    except ValueError as error:
        raise _explain(str(error)) from None
    # Hashes and names rarely look like a long integer; only if they do, the value is searched.
    if _LONG_INTEGER.search(data):
        _check_integers(root)
    return root


def encode(value: Value) -> bytes:
    return cast(bytes, bencode(value))


def encoded(raw: bytes) -> Value:
    """Return a placeholder for the value that `raw` encodes, which `encode` copies unchanged."""
    return cast(Value, Bencached(raw))


def cut(data: bytes, root: Dictionary, key: bytes) -> bytes:
    """Return the bytes of `root[key]` in `data`, from which `root` was decoded.

    Only the parts around these bytes are encoded again, which is exact because `data` is canonical.
    """
    before = encode({k: v for k, v in root.items() if k < key})
    after = encode({k: v for k, v in root.items() if k > key})
    return data[len(before) - 1 + len(encode(key)) : len(data) - len(after) + 1]


def _check_integers(root: Value) -> None:
    values = [root]
    while values:
        value = values.pop()
        if isinstance(value, dict):
            values += value.values()
        elif isinstance(value, list):
            values += value
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise MetainfoError(*_HUGE_NUMBER)


def _explain(message: str) -> MetainfoError:
    for beginning, (code, sentence) in _REASONS.items():
        if message.startswith(beginning):
            return MetainfoError(code, sentence)
    return MetainfoError("not_bencode", "The torrent is not valid bencode.")
