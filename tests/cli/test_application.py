"""The application of commands, from the ini file to the database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from pulsar.cli import main
from pulsar.cli.application import variables
from pulsar.testing.factories import PASSWORD


class TestVariables:
    def test_pairs(self) -> None:
        assert variables(["a=1", "b=x=y", "c="]) == {"a": "1", "b": "x=y", "c": ""}

    def test_no_pair(self) -> None:
        with pytest.raises(click.BadParameter, match="'a' is not NAME=VALUE"):
            variables(["a"])


class TestApplication:
    @pytest.fixture
    def run(self, empty: dict[str, Any], tmp_path: Path) -> Callable[..., Result]:
        """``run(arguments...)``: run a command on a separate site with an empty database."""
        lines = ["[app:main]", "use = egg:pulsar-core", "get pulsar.site_name = site_name"]
        settings = {**empty, "pulsar.plugins": "torrents tracker"}
        lines += [f"{name} = {value}" for name, value in settings.items()]
        path = tmp_path / "site.ini"
        path.write_text("\n".join(["[DEFAULT]", "site_name = A", *lines, ""]))
        return lambda *arguments: CliRunner().invoke(main, ["-c", str(path), *arguments])

    def test_whole_life(self, run: Callable[..., Result]) -> None:
        added = ("--username", "bob", "--email", "bob@example.org", "--password", PASSWORD)
        for arguments in (
            ("db", "upgrade"),
            ("user", "add", *added),
            ("permissions", "grant", "bob", "users_warn"),
            ("user", "class", "bob", "Staff", "--reason", "x"),
            ("user", "lock", "bob", "--reason", "x"),
        ):
            result = run(*arguments)
            assert result.exit_code == 0, result.output
        assert "standing:           locked" in run("user", "show", "bob").stdout
        assert "users_warn" in run("permissions", "list", "bob").stdout

    def test_not_migrated(self, run: Callable[..., Result]) -> None:
        result = run("permissions", "list", "bob")
        assert result.exit_code == 1
        assert "Bring it up to date with: pulsar -c " in result.stderr
        assert "site.ini db upgrade" in result.stderr

    def test_missing_file(self) -> None:
        result = CliRunner().invoke(main, ["-c", "missing.ini", "user", "list"])
        assert result.exit_code == 1
        assert "missing.ini" in result.stderr

    def test_malformed_variable(self) -> None:
        result = CliRunner().invoke(main, ["--set", "a", "user", "list"])
        assert result.exit_code == 2
        assert "'a' is not NAME=VALUE" in result.stderr
