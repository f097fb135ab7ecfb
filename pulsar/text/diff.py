"""What differs between two texts, line by line.

:mod:`difflib` is quadratic at its worst, so it only sees what is between the lines that both texts
begin and end with; where that is long, it counts as replaced as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import islice
from typing import Any

#: Lines of either text that are compared with each other.
MAX_COMPARED = 1_000
#: Lines of the difference that are shown.
MAX_SHOWN = 5_000
_CONTEXT = 3
_SIGNS = {"same": " ", "removed": "-", "added": "+"}

#: A kind of change as difflib names it, a range of lines before it and one after it.
Operation = tuple[Any, int, int, int, int]

#: The JSON Schema of :func:`diff`.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["text", "lines", "truncated"],
    "properties": {
        "text": {"type": "string", "description": "As of diff -u, without the files' names."},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind", "before", "after", "text"],
                "properties": {
                    "kind": {"type": "string", "enum": [*_SIGNS]},
                    "before": {
                        "type": ["integer", "null"],
                        "description": "Its number in the older text, from 1.",
                    },
                    "after": {
                        "type": ["integer", "null"],
                        "description": "Its number in the newer text, from 1.",
                    },
                    "text": {"type": "string"},
                },
            },
        },
        "truncated": {"type": "boolean", "description": f"Only {MAX_SHOWN} lines are shown."},
    },
}


def diff(old: str, new: str) -> dict[str, Any]:
    """What differs, as text and as lines, see :data:`SCHEMA`."""
    before, after = old.splitlines(), new.splitlines()
    text: list[str] = []
    lines: list[dict[str, Any]] = []
    truncated = False
    for group in _grouped(before, after):
        found = list(islice(_lines(group, before, after), MAX_SHOWN + 1 - len(lines)))
        truncated = len(lines) + len(found) > MAX_SHOWN
        found = found[: MAX_SHOWN - len(lines)]
        if found:
            text += [_head(group), *(f"{_SIGNS[line['kind']]}{line['text']}" for line in found)]
        lines += found
        if truncated:
            break
    return {"text": "\n".join(text), "lines": lines, "truncated": truncated}


def _grouped(before: list[str], after: list[str]) -> Iterable[list[Operation]]:
    """What changed, in groups with a little of what did not around them."""
    return _Known(_opcodes(before, after)).get_grouped_opcodes(_CONTEXT) if before != after else ()


class _Known(SequenceMatcher[str]):
    """Groups operations that were found otherwise."""

    def __init__(self, operations: list[Operation]) -> None:
        super().__init__()
        self._operations = operations

    def get_opcodes(self) -> list[Operation]:
        """The operations."""
        return self._operations


def _opcodes(before: list[str], after: list[str]) -> list[Operation]:
    """As of difflib, at a bounded cost."""
    shorter = min(len(before), len(after))
    head = 0
    while head < shorter and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shorter - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    found: list[Operation] = [("equal", 0, head, 0, head)] if head else []
    if max(len(old), len(new)) > MAX_COMPARED:
        found.append(("replace", head, head + len(old), head, head + len(new)))
    else:
        found += [
            (kind, i1 + head, i2 + head, j1 + head, j2 + head)
            for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes()
        ]
    if tail:
        ends = len(before), len(after)
        found.append(("equal", ends[0] - tail, ends[0], ends[1] - tail, ends[1]))
    return found


def _lines(group: list[Operation], before: list[str], after: list[str]) -> Iterator[dict[str, Any]]:
    """The lines of a group, with their numbers in the older and in the newer text, from 1."""
    for kind, i1, i2, j1, j2 in group:
        if kind == "equal":
            for old, new in zip(range(i1, i2), range(j1, j2), strict=True):
                yield _line("same", old + 1, new + 1, before[old])
            continue
        for old in range(i1, i2):
            yield _line("removed", old + 1, None, before[old])
        for new in range(j1, j2):
            yield _line("added", None, new + 1, after[new])


def _line(kind: str, before: int | None, after: int | None, text: str) -> dict[str, Any]:
    return {"kind": kind, "before": before, "after": after, "text": text}


def _head(group: list[Operation]) -> str:
    """The line that says where a group is."""
    _, i1, _, j1, _ = group[0]
    _, _, i2, _, j2 = group[-1]
    ranges = ((i1, i2 - i1), (j1, j2 - j1))
    return "@@ -{} +{} @@".format(*(f"{at + bool(size)},{size}" for at, size in ranges))
