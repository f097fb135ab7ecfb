"""``pulsar db`` as an operator types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pulsar.cli import main

INI = Path(__file__).parents[2] / "development.ini"


@pytest.fixture
def pulsar(tmp_path: Path):
    """``pulsar(*words)``: the command on a site of its own."""

    def run(*words: str) -> Result:
        options = ["-c", str(INI), "--set", f"var={tmp_path / 'var'}"]
        return CliRunner().invoke(main, [*options, *words])

    return run


class TestUpgrade:
    def test_makes_the_database(self, pulsar, tmp_path: Path) -> None:
        done = pulsar("db", "upgrade")
        assert done.exit_code == 0, done.output
        assert (tmp_path / "var" / "pulsar.sqlite").exists()
        assert (tmp_path / "var" / "secret").stat().st_mode & 0o077 == 0

    def test_says_when_there_is_nothing_to_do(self, pulsar) -> None:
        pulsar("db", "upgrade")
        assert "up to date" in pulsar("db", "upgrade").output
        assert pulsar("db", "upgrade", "--quiet").output == ""

    def test_an_unknown_revision_is_a_sentence(self, pulsar) -> None:
        pulsar("db", "upgrade")
        done = pulsar("db", "upgrade", "nonsense")
        assert done.exit_code == 1
        assert done.output.startswith("Error: ")


class TestDowngrade:
    def test_one_plugin(self, pulsar) -> None:
        pulsar("db", "upgrade")
        done = pulsar("db", "downgrade", "tracker@base", "--yes")
        assert done.exit_code == 0, done.output
        done = pulsar("user", "add", "--username", "a", "--email", "a@b.org", "--password", "x")
        assert done.exit_code == 1
        assert "db upgrade" in done.output


class TestRevision:
    def test_an_unknown_plugin(self, pulsar) -> None:
        done = pulsar("db", "revision", "--plugin", "nonsense", "-m", "x")
        assert done.exit_code == 1
        assert "nonsense" in done.output


class TestUserAdd:
    WORDS = ("user", "add", "--username", "alice", "--email", "alice@example.org", "--password")

    def test_prints_the_key_last(self, pulsar) -> None:
        pulsar("db", "upgrade")
        done = pulsar(*self.WORDS, "correct horse 1!", "--class", "Staff", "--api-key")
        assert done.exit_code == 0, done.output
        key = done.output.splitlines()[-1]
        assert len(key) == 42
        assert " " not in key

    def test_without_a_database(self, pulsar) -> None:
        done = pulsar(*self.WORDS, "correct horse 1!")
        assert done.exit_code == 1

    @pytest.mark.parametrize(
        ("extra", "sentence"),
        [
            (("short",), "between 12 and 512"),
            (("correct horse 1!", "--class", "Nobility"), "There is no class"),
        ],
    )
    def test_wrong_input(self, pulsar, extra: tuple[str, ...], sentence: str) -> None:
        pulsar("db", "upgrade")
        done = pulsar(*self.WORDS, *extra)
        assert done.exit_code == 1
        assert sentence in done.output

    def test_twice(self, pulsar) -> None:
        pulsar("db", "upgrade")
        pulsar(*self.WORDS, "correct horse 1!")
        done = pulsar(*self.WORDS, "correct horse 1!")
        assert done.exit_code == 1
        assert "already" in done.output


def test_plugins_are_listed(pulsar) -> None:
    done = pulsar("plugins")
    assert "requires torrents" in done.output


def test_openapi_is_printed(pulsar) -> None:
    assert '"openapi": "3.1.0"' in pulsar("openapi").output
