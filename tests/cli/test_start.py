"""Commands that need no site start quickly, and no command waits for a missing terminal."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from importlib.metadata import version

import pytest
from click.testing import CliRunner

from pulsar.cli import main
from pulsar.cli.group import COMMANDS
from pulsar.cli.naming import RESERVED
from pulsar.configuration import make_configurator
from pulsar.db import Base

#: The slowest imports, which take most of the second that importing all of Pulsar takes.
HEAVY = ("alembic", "colander", "cryptography", "pyramid", "redis", "sqlalchemy")


class TestImports:
    @pytest.mark.parametrize(
        "words", [["--version"], ["--help"], ["plugin", "--help"], ["plugin", "new", "users"]]
    )
    def test_little(self, words: list[str]) -> None:
        code = f"""
import sys
from pulsar.cli import main
try:
    main({words!r})
except SystemExit:
    print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
        ended = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert ended.stderr.splitlines()[-1] == "[]"
        assert ended.stdout or "users" in words

    @pytest.mark.parametrize("name", COMMANDS)
    def test_help_is_that_of_the_command(self, name: str) -> None:
        module, said = COMMANDS[name]
        assert getattr(import_module(module), name).get_short_help_str(80) == said


def test_names_of_the_core_are_reserved() -> None:
    config = make_configurator({"sqlalchemy.url": "sqlite://", "pulsar.secret": "-" * 32})
    config.commit()
    places = config.introspector.get_category("pulsar resources")
    names = {entry["introspectable"]["name"] for entry in places}
    tables = {
        name for name, table in Base.metadata.tables.items() if table.info.get("plugin") == "pulsar"
    }
    assert {name for name in names | tables if name} <= RESERVED


def test_version() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert result.output == f"pulsar, version {version('pulsar-core')}\n"


class TestTerminal:
    @pytest.mark.parametrize(
        "words",
        [
            ["user", "add", "--username", "a", "--email", "a@example.org"],
            ["user", "password", "a"],
        ],
    )
    def test_the_option_is_named(self, words: list[str]) -> None:
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 2
        assert "There is no terminal to ask for it: give --password." in result.stderr
        assert "Aborted" not in result.output
