"""mypy refuses each wrong use of Pulsar's interfaces."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRONG_USES = Path(__file__).with_name("wrong_uses.py")
_IGNORE = re.compile(r"  # type: ignore\[([a-z-]+)\]")


def test_each_is_refused(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    source = WRONG_USES.read_text()
    expected = {
        (number, _IGNORE.findall(line)[0])
        for number, line in enumerate(source.splitlines(), 1)
        if _IGNORE.search(line)
    }
    copy = tmp_path / "without_comments.py"
    copy.write_text(_IGNORE.sub("", source))
    # Checking the core is slow, so mypy's cache is kept between runs.
    cache = pytestconfig.cache.mkdir("mypy-wrong") if pytestconfig.cache else tmp_path / "cache"
    printed = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(cache), str(copy)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    refused = re.findall(r"without_comments\.py:([0-9]+): error: .*\[([a-z-]+)\]$", printed, re.M)
    assert {(int(number), code) for number, code in refused} == expected, printed
    assert len(expected) > 15
