"""What every plugin's folder has, whether shipped or just generated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pulsar.configuration import make_configurator
from pulsar.plugins import installed

CHECKOUT = Path(__file__).resolve().parents[1]
#: A row of a table of settings: name, default, what it is for.
ROW = re.compile(
    r"^\| `(?P<name>[a-z_]+\.[a-z_]+)` \| (?P<default>[^|]*)\| (?P<what>[^|]+) \|$", re.M
)
FOLDERS = sorted((CHECKOUT / "plugins").iterdir())


@pytest.fixture(scope="module")
def defaults() -> dict[str, str]:
    """The default of every setting that an installed plugin declares."""
    config = make_configurator(
        {
            "pulsar.plugins": " ".join(installed()),
            "pulsar.secret": "a secret that only the tests know.",
            "sqlalchemy.url": "sqlite://",
        }
    )
    config.commit()
    entries = config.registry.introspector.get_category("pulsar settings")
    items = [entry["introspectable"] for entry in entries]
    return {item.discriminator: item["setting"].default for item in items}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
class TestFolder:
    def test_readme_has_every_setting(self, folder: Path, defaults: dict[str, str]) -> None:
        name = folder.name.removeprefix("pulsar-")
        rows = {
            row["name"]: row["default"].strip().strip("`")
            for row in ROW.finditer((folder / "README.md").read_text())
        }
        declared = {
            setting: default
            for setting, default in defaults.items()
            if setting.partition(".")[0] == name
        }
        assert rows == declared

    def test_what_git_ignores(self, folder: Path) -> None:
        ignored = (folder / ".gitignore").read_text().split()
        assert {"__pycache__/", "*.egg-info/", ".venv/", "build/", "dist/"} <= set(ignored)
