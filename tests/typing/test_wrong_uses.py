"""mypy refuses each wrong use of Pulsar's interfaces."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

WRONG_USES = Path(__file__).with_name("wrong_uses.py")
_IGNORE = re.compile(r"  # type: ignore\[([a-z-]+)\]")


def test_each_is_refused(mypy: Callable[..., str], tmp_path: Path) -> None:
    source = WRONG_USES.read_text()
    expected = {
        (number, _IGNORE.findall(line)[0])
        for number, line in enumerate(source.splitlines(), 1)
        if _IGNORE.search(line)
    }
    copy = tmp_path / "without_comments.py"
    copy.write_text(_IGNORE.sub("", source))
    printed = mypy(str(copy))
    refused = re.findall(r"without_comments\.py:([0-9]+): error: .*\[([a-z-]+)\]$", printed, re.M)
    assert {(int(number), code) for number, code in refused} == expected, printed
    assert len(expected) > 15
