"""The files of every plugin's folder, whether shipped or just generated."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pulsar.cli.naming import Names
from pulsar.cli.scaffold import render
from pulsar.settings import Setting

CHECKOUT = Path(__file__).resolve().parents[1]
#: A row of a table of settings: name, default, explanation.
ROW = re.compile(
    r"^\| `(?P<name>[a-z_]+\.[a-z_]+)` \| (?P<default>[^|]*)\| (?P<what>[^|]+) \|$", re.M
)
FOLDERS = sorted((CHECKOUT / "plugins").iterdir())
GENERATED = {str(path): text for path, text in render(Names("new", "new", "new", "new"))}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
class TestFolder:
    def test_readme_has_every_setting(
        self, folder: Path, declared: dict[str, Setting[Any]]
    ) -> None:
        name = folder.name.removeprefix("pulsar-")
        rows = {
            row["name"]: row["default"].strip().strip("`")
            for row in ROW.finditer((folder / "README.md").read_text())
        }
        assert rows == {
            option: setting.default
            for option, setting in declared.items()
            if option.partition(".")[0] == name
        }

    def test_what_git_ignores(self, folder: Path) -> None:
        """The same as in a generated plugin."""
        assert (folder / ".gitignore").read_text() == GENERATED[".gitignore"]


def test_each_generated_file_has_one_template() -> None:
    places = [path for path, _ in render(Names("new", "new", "new", "new"))]
    assert len(places) == len(GENERATED)
