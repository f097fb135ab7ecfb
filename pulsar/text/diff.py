"""The differences between two texts, line by line.

:mod:`difflib` is quadratic in the worst case, so it only compares the lines between the common
beginning and the common end of both texts. If these are too long or need too much work, all of them
count as replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import Any

from .work import TooMuchWork, Work

#: Maximum number of lines of either text that are compared.
MAX_COMPARED = 1_000
#: Maximum number of lines in the difference.
MAX_SHOWN = 5_000
#: Approximate maximum size of the difference as JSON, in bytes.
MAX_BYTES = 2 * 1024 * 1024
#: The size that a line adds to the difference besides its text, which is in ``text`` and ``lines``.
_LINE_BYTES = 80
#: Pairs of equal lines that difflib compares in one unit of work.
_PAIRS_PER_UNIT = 8
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
        "truncated": {
            "type": "boolean",
            "description": f"Only {MAX_SHOWN} lines, or {MAX_BYTES // 1024**2} MiB, are shown.",
        },
    },
}


def diff(old: str, new: str, work: Work | None = None) -> dict[str, Any]:
    """The differences, as text and as lines, see :data:`SCHEMA`.

    ``work`` counts the cost of the comparison; by default each difference has its own budget.
    """
    before, after = old.splitlines(), new.splitlines()
    text: list[str] = []
    lines: list[dict[str, Any]] = []
    left = MAX_BYTES
    for group in _grouped(before, after, work or Work()):
        heading = len(text)
        for line in _lines(group, before, after):
            left -= 2 * len(line["text"].encode(errors="replace")) + _LINE_BYTES
            if left < 0 or len(lines) == MAX_SHOWN:
                return {"text": "\n".join(text), "lines": lines, "truncated": True}
            if len(text) == heading:
                text.append(_hunk_header(group))
            text.append(f"{_SIGNS[line['kind']]}{line['text']}")
            lines.append(line)
    return {"text": "\n".join(text), "lines": lines, "truncated": False}


def _grouped(before: list[str], after: list[str], work: Work) -> Iterable[list[Operation]]:
    """The changes in groups, with a few unchanged lines around them."""
    if before == after:
        return ()
    return _Known(_opcodes(before, after, work)).get_grouped_opcodes(_CONTEXT)


class _Known(SequenceMatcher[str]):
    """Groups operations that were found without difflib."""

    def __init__(self, operations: list[Operation]) -> None:
        super().__init__()
        self._operations = operations

    def get_opcodes(self) -> list[Operation]:
        return self._operations


class _Counted(SequenceMatcher[str]):
    """Counts the work of its steps. Each of them may raise TooMuchWork."""

    #: The positions of each line of the newer text, without lines that are very frequent.
    b2j: dict[str, list[int]]

    def __init__(self, before: list[str], after: list[str], work: Work) -> None:
        super().__init__(None, before, after)
        self._work = work
        # The number of pairs of equal lines that the comparison of a range looks at.
        pairs = (1 + len(self.b2j.get(line, ())) for line in before)
        self._pairs = list(accumulate(pairs, initial=0))

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """The longest run of equal lines in the ranges."""
        ahi = len(self._pairs) - 1 if ahi is None else ahi
        self._work.spend((self._pairs[ahi] - self._pairs[alo]) // _PAIRS_PER_UNIT + 1)
        return super().find_longest_match(alo, ahi, blo, bhi)


def _opcodes(before: list[str], after: list[str], work: Work) -> list[Operation]:
    """The operations of difflib, at a bounded cost."""
    shorter = min(len(before), len(after))
    common = 0
    while common < shorter and before[common] == after[common]:
        common += 1
    tail = 0
    while tail < shorter - common and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old, new = before[common : len(before) - tail], after[common : len(after) - tail]
    operations: list[Operation] = [("equal", 0, common, 0, common)] if common else []
    operations += [
        (kind, i1 + common, i2 + common, j1 + common, j2 + common)
        for kind, i1, i2, j1, j2 in _compared(old, new, work)
    ]
    if tail:
        ends = len(before), len(after)
        operations.append(("equal", ends[0] - tail, ends[0], ends[1] - tail, ends[1]))
    return operations


def _compared(old: list[str], new: list[str], work: Work) -> list[Operation]:
    """The changes between lines; all of them are replaced if the comparison needs too much work."""
    if max(len(old), len(new)) <= MAX_COMPARED:
        try:
            return [*_Counted(old, new, work).get_opcodes()]
        except TooMuchWork:
            pass
    return [("replace", 0, len(old), 0, len(new))]


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


def _hunk_header(group: list[Operation]) -> str:
    """The line that states the position of a group."""
    _, i1, _, j1, _ = group[0]
    _, _, i2, _, j2 = group[-1]
    ranges = ((i1, i2 - i1), (j1, j2 - j1))
    return "@@ -{} +{} @@".format(*(f"{at + bool(size)},{size}" for at, size in ranges))
