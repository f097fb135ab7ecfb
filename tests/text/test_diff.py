"""The difference between two texts."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulsar.text.diff import MAX_BYTES, MAX_COMPARED, MAX_SHOWN, diff
from pulsar.text.work import Work

#: Texts of few different lines, so that they have common lines.
texts = st.lists(st.sampled_from(["", "a", "b", "c", "+d", "-e"]), max_size=40).map("\n".join)


def applied(lines: list[dict[str, Any]], before: list[str]) -> list[str]:
    """Return the newer text, computed from the older one and the difference."""
    after: list[str] = []
    place = 0
    for line in lines:
        if line["kind"] == "added":
            # Lines between two hunks are in both texts.
            while len(after) < line["after"] - 1:
                after.append(before[place])
                place += 1
            after.append(line["text"])
            continue
        while place < line["before"] - 1:
            after.append(before[place])
            place += 1
        if line["kind"] == "same":
            after.append(line["text"])
        place += 1
    return after + before[place:]


class TestLines:
    @given(texts, texts)
    def test_give_both_texts_back(self, old: str, new: str) -> None:
        difference = diff(old, new)
        before, after = old.splitlines(), new.splitlines()
        assert applied(difference["lines"], before) == after
        turned = [
            {**line, "before": line["after"], "after": line["before"], "kind": kind}
            for line in difference["lines"]
            for kind in [{"added": "removed", "removed": "added"}.get(line["kind"], "same")]
        ]
        assert applied(turned, after) == before
        for line in difference["lines"]:
            if line["before"] is not None:
                assert before[line["before"] - 1] == line["text"]
            if line["after"] is not None:
                assert after[line["after"] - 1] == line["text"]

    @given(texts)
    def test_nothing_differs(self, same: str) -> None:
        assert diff(same, same) == {"text": "", "lines": [], "truncated": False}

    @given(texts, texts)
    def test_text_says_the_same(self, old: str, new: str) -> None:
        difference = diff(old, new)
        signs = {"same": " ", "removed": "-", "added": "+"}
        expected = [f"{signs[line['kind']]}{line['text']}" for line in difference["lines"]]
        lines = difference["text"].split("\n") if difference["text"] else []
        assert [line for line in lines if not line.startswith("@@")] == expected


class TestText:
    def test_hunks_and_context(self) -> None:
        lines = [str(number) for number in range(1, 31)]
        changed = [{"5": "five", "25": "twenty-five"}.get(line, line) for line in lines]
        difference = diff("\n".join(lines), "\n".join(changed))
        assert difference["text"].split("\n") == [
            "@@ -2,7 +2,7 @@",
            *(" 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8"),
            "@@ -22,7 +22,7 @@",
            *(" 22", " 23", " 24", "-25", "+twenty-five", " 26", " 27", " 28"),
        ]

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [("", "a", "@@ -0,0 +1,1 @@\n+a"), ("a", "", "@@ -1,1 +0,0 @@\n-a")],
    )
    def test_out_of_nothing(self, old: str, new: str, expected: str) -> None:
        assert diff(old, new)["text"] == expected


class TestBounds:
    def test_long_middles_are_replaced_as_a_whole(self) -> None:
        old = [f"old {number}" for number in range(MAX_COMPARED + 1)]
        new = [f"new {number}" for number in range(10)]
        new[5] = old[500]
        difference = diff("\n".join(["head", *old, "tail"]), "\n".join(["head", *new, "tail"]))
        kinds = [kind for kind, _ in groupby(line["kind"] for line in difference["lines"])]
        assert kinds == ["same", "removed", "added", "same"]

    def test_small_change_in_a_long_text(self) -> None:
        lines = [str(number) for number in range(100_000)]
        changed = [*lines[:50_000], "new", *lines[50_000:]]
        difference = diff("\n".join(lines), "\n".join(changed))
        assert len(difference["lines"]) == 7
        assert difference["truncated"] is False

    def test_shown_lines(self) -> None:
        difference = diff("\n" * 250_000, "x\n" * 128_000)
        assert difference["truncated"] is True
        assert len(difference["lines"]) == MAX_SHOWN
        assert difference["text"].count("\n") == MAX_SHOWN

    @pytest.mark.parametrize("character", ["x", "\u65e5"])
    def test_shown_bytes(self, character: str) -> None:
        difference = diff("", f"{character * 1_000}\n" * 4_000)
        assert difference["truncated"] is True
        size = len(json.dumps(difference, ensure_ascii=False).encode())
        assert 0.9 * MAX_BYTES < size < 1.1 * MAX_BYTES

    def test_one_long_line(self) -> None:
        difference = diff("x" * 256_000, "y" * 256_000)
        assert [line["kind"] for line in difference["lines"]] == ["removed", "added"]
        assert difference["truncated"] is False
        assert diff("", "x" * MAX_BYTES) == {"text": "", "lines": [], "truncated": True}

    def test_work(self) -> None:
        old = "\n".join(str(number) for number in range(1_000))
        new = "\n".join(str(number ^ 1) for number in range(1_000))
        work = Work()
        assert len(diff(old, new, work)["lines"]) == 1_500
        assert work.spent > 10_000
        work.left = work.spent // 2
        # There is too little work left, so all lines are replaced.
        assert len(diff(old, new, work)["lines"]) == 2_000
