"""Differences between two revisions."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from wiki.diff import diff


def compared(before: str, after: str) -> dict[str, Any]:
    """Return the differences between two texts."""
    old, new = (SimpleNamespace(title="T", contents=text) for text in (before, after))
    return diff(old, 1, new, 2)


def patched(before: str, difference: dict[str, Any]) -> list[str]:
    """Apply the differences to the older text, and return the resulting lines."""
    lines, patched_lines, at = before.splitlines(), [], 0
    for line in difference["lines"]:
        if line["before"] is not None:
            patched_lines += lines[at : line["before"] - 1]
            assert line["text"] == lines[line["before"] - 1]
            at = line["before"]
        if line["after"] is not None:
            patched_lines.append(line["text"])
    return patched_lines + lines[at:]


class TestDiff:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("", ""),
            ("", "a"),
            ("a", ""),
            ("a\nb\nc", "a\nx\nc"),
            ("a\na\na", "a\na"),
            ("a\nb", "a\nb\n"),
            ("a\r\nb", "a\nb"),
            ("\n".join("abcdefghijklmnop"), "\n".join("aXcdefghijklmnoY")),
            ("\n".join("abcdefgh"), "\n".join("hgfedcba")),
            ("x\n" * 50 + "y", "x\n" * 49 + "z\ny"),
        ],
    )
    def test_it_leads_from_one_to_the_other(self, before: str, after: str) -> None:
        comparison = compared(before, after)
        assert patched(before, comparison) == after.splitlines()
        for line in comparison["lines"]:
            if line["after"] is not None:
                assert after.splitlines()[line["after"] - 1] == line["text"]

    def test_unified(self) -> None:
        before = "\n".join(str(number) for number in range(1, 21))
        after = before.replace("\n2\n", "\ntwo\n").replace("\n19\n", "\n").replace("20", "20\n21")
        assert compared(before, after)["text"].splitlines() == [
            "--- 1 T",
            "+++ 2 T",
            "@@ -1,5 +1,5 @@",
            *(" 1", "-2", "+two", " 3", " 4", " 5"),
            "@@ -16,5 +16,5 @@",
            *(" 16", " 17", " 18", "-19", " 20", "+21"),
        ]
