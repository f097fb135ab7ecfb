"""The code in the guides."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

GUIDES = Path(__file__).parents[1] / "docs" / "guide"
BLOCKS = [
    (path.name, number, block)
    for path in sorted(GUIDES.glob("*.md"))
    for number, block in enumerate(
        re.findall(r"^```python\n(.*?)^```", path.read_text(), re.M | re.S)
    )
]


@pytest.mark.parametrize(("name", "number", "block"), BLOCKS)
def test_python_is_python_and_imports_what_there_is(name: str, number: int, block: str) -> None:
    imports = [node for node in ast.walk(ast.parse(block)) if isinstance(node, ast.ImportFrom)]
    for node in imports:
        module = importlib.import_module(node.module or "")
        for alias in node.names:
            assert hasattr(module, alias.name), f"{node.module} has no {alias.name}"


def test_there_are_blocks() -> None:
    assert {"plugin.md"} <= {name for name, _, _ in BLOCKS}
