"""What differs between two texts, line by line.

:mod:`difflib` is quadratic at its worst, so it only sees what is between the lines that both texts
begin and end with; where that is long, it counts as replaced as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

#: Lines of either text that are compared with each other.
MAX_COMPARED = 1_000
#: Lines of the difference that are shown.
MAX_SHOWN = 5_000
_CONTEXT = 3
_SIGNS = {"same": " ", "removed": "-", "added": "+"}

#: A kind of change, a range of lines before it and one after it.
Operation = tuple[str, int, int, int, int]

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


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference, with its numbers in the older and in the newer text, from 1."""

    kind: str
    before: int | None
    after: int | None
    text: str


def diff(old: str, new: str) -> dict[str, Any]:
    """What differs, as text and as lines, see :data:`SCHEMA`."""
    before, after = old.splitlines(), new.splitlines()
    hunks = [list(_lines(group, before, after)) for group in _grouped(before, after)]
    lines = [line for hunk in hunks for line in hunk]
    text: list[str] = []
    shown = 0
    for hunk in hunks:
        if shown >= MAX_SHOWN:
            break
        part = hunk[: MAX_SHOWN - shown]
        shown += len(part)
        text += [_head(hunk), *(f"{_SIGNS[line.kind]}{line.text}" for line in part)]
    return {
        "text": "\n".join(text),
        "lines": [
            {"kind": line.kind, "before": line.before, "after": line.after, "text": line.text}
            for line in lines[:MAX_SHOWN]
        ],
        "truncated": len(lines) > MAX_SHOWN,
    }


def _grouped(before: list[str], after: list[str]) -> Iterable[list[Operation]]:
    """What changed, in groups with a little of what did not around them."""
    return _Known(_opcodes(before, after)).get_grouped_opcodes(_CONTEXT) if before != after else ()


class _Known(SequenceMatcher[str]):
    """Groups operations that were found otherwise."""

    def __init__(self, operations: list[Operation]) -> None:
        super().__init__()
        self._operations = operations

    def get_opcodes(self) -> list[Any]:
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


def _lines(group: list[Operation], before: list[str], after: list[str]) -> Iterator[Line]:
    for kind, i1, i2, j1, j2 in group:
        if kind == "equal":
            for old, new in zip(range(i1, i2), range(j1, j2), strict=True):
                yield Line("same", old + 1, new + 1, before[old])
            continue
        for old in range(i1, i2):
            yield Line("removed", old + 1, None, before[old])
        for new in range(j1, j2):
            yield Line("added", None, new + 1, after[new])


def _head(hunk: list[Line]) -> str:
    """The line that says where a hunk is."""
    old = [line.before for line in hunk if line.before is not None]
    new = [line.after for line in hunk if line.after is not None]
    ranges = (f"{lines[0] if lines else 0},{len(lines)}" for lines in (old, new))
    return "@@ -{} +{} @@".format(*ranges)
