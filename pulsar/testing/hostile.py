"""The largest requests that an endpoint reads, built to cost as much as possible."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .operations import JsonSchema

_HERE = "<here>"
_Put = Callable[[Any], Any]


@dataclass(slots=True)
class Cost:
    """The cost of a request: CPU seconds, and peak memory in bytes."""

    seconds: float = 0.0
    memory: int = 0


@contextmanager
def measured() -> Iterator[Cost]:
    """Measure the cost of the block; memory is measured on Linux only."""
    cost = Cost()
    before = _reset_peak()
    started = time.process_time()
    yield cost
    cost.seconds = time.process_time() - started
    cost.memory = _peak() - before


def _reset_peak() -> int:
    """Reset the peak of memory use, and return the current use in bytes."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> int:
    """The peak of memory use in bytes."""
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def hostile_bodies(
    schema: JsonSchema, right: dict[str, Any], size: int
) -> Iterator[tuple[str, bytes]]:
    """JSON bodies of ``size`` bytes with a description of each; ``right`` is a valid body."""
    yield "unknown keys", many_keys(size)
    yield "lists in lists", b'{"unknown":[' + _repeat(b"[[[]]]", size - 20) + b"]}"
    yield "empty objects", b'{"unknown":[' + _repeat(b'{"":{}}', size - 20) + b"]}"
    for name, inner in schema.get("properties", {}).items():
        others = {key: value for key, value in right.items() if key != name}
        for where, put, node in _nodes(name, inner, _member(name)):
            body = json.dumps({**others, **put(_HERE)}).encode()
            before, _, after = body.partition(json.dumps(_HERE).encode())
            room = size - len(before) - len(after)
            for what, fragment in _fragments(node, room):
                yield f"{where}: {what}", before + fragment + after


def many_keys(size: int) -> bytes:
    """An object of this number of bytes with unknown keys."""
    keys = (b'"%x":1' % number for number in range(size // 11))
    return b"{" + b",".join(keys) + b"}"


def _nodes(where: str, schema: JsonSchema, put: _Put) -> Iterator[tuple[str, _Put, JsonSchema]]:
    """The node and those inside of it, each with the way to put a value in its place."""
    yield where, put, schema
    for inner in schema.get("anyOf", ()):
        yield from _nodes(where, inner, put)
    for name, inner in schema.get("properties", {}).items():
        yield from _nodes(f"{where}.{name}", inner, _member(name, put))
    if "items" in schema:
        yield from _nodes(f"{where}.0", schema["items"], lambda value: put([value]))


def _member(name: str, put: _Put | None = None) -> _Put:
    """The way to put a value under a name of the object that ``put`` puts in its place."""

    def put_member(value: Any) -> Any:
        return {name: value} if put is None else put({name: value})

    return put_member


def _fragments(schema: JsonSchema, size: int) -> Iterator[tuple[str, bytes]]:
    """JSON of ``size`` bytes to use in place of the schema's value."""
    kind = schema.get("type")
    if kind == "array":
        yield "long list", b"[" + _repeat(b"1", size - 2) + b"]"
        number = schema.get("maxItems", 1) or 1
        item = many_keys(size // number - 1)
        yield "full list of unknown keys", b"[" + b",".join([item] * number) + b"]"
        yield "full list of wrong values", b"[" + b",".join([b"null"] * number) + b"]"
        if schema["items"].get("type") == "string":
            names = (b'"%x"' % name for name in range(number))
            yield "full list of names", b"[" + b",".join(names) + b"]"
        if schema["items"].get("type") == "integer":
            ids = (b"%d" % name for name in range(1000, 1000 + number))
            yield "full list of numbers", b"[" + b",".join(ids) + b"]"
    elif kind == "object":
        yield "many keys", many_keys(size)
        for value in (b"null", b"1", b"false"):
            keys = (
                b'"%x":%b' % (number, value) for number in range(schema.get("maxProperties", 0))
            )
            yield f"keys of {value.decode()}", b"{" + b",".join(keys) + b"}"
    elif kind == "string":
        yield "long text", b'"' + b"x" * (size - 2) + b'"'
        yield "long text of other letters", b'"' + "€ ".encode() * ((size - 2) // 4) + b'"'
    elif kind == "integer":
        yield "long number", b"9" * size
    elif kind == "boolean":
        yield "long text", b'"' + b"1" * (size - 2) + b'"'


def _repeat(item: bytes, size: int) -> bytes:
    """The item as often as fits, separated by commas."""
    return b",".join([item] * (size // (len(item) + 1)))
