"""``pulsar db``."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from pulsar.cli import main

INI = Path(__file__).parents[2] / "development.ini"


def operate(var: Path, *words: str, input: str = "") -> Result:
    """Run the command on the site whose data is in the folder."""
    return CliRunner().invoke(main, ["-c", str(INI), "--set", f"var={var}", *words], input=input)


@pytest.fixture
def pulsar(tmp_path: Path) -> Callable[..., Result]:
    """``pulsar(*words)``: run the command on a separate site."""
    return partial(operate, tmp_path / "var")


@pytest.fixture(scope="module")
def upgraded_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a site after ``db upgrade``, for copies."""
    var = tmp_path_factory.mktemp("upgraded") / "var"
    done = operate(var, "db", "upgrade")
    assert done.exit_code == 0, done.output
    return var


@pytest.fixture
def upgraded(upgraded_var: Path, tmp_path: Path) -> None:
    """The site of ``pulsar`` has an up-to-date database."""
    copytree(upgraded_var, tmp_path / "var")


class TestUpgrade:
    def test_makes_the_database(self, pulsar, tmp_path: Path) -> None:
        done = pulsar("db", "upgrade")
        assert done.exit_code == 0, done.output
        assert (tmp_path / "var" / "pulsar.sqlite").exists()
        assert (tmp_path / "var" / "secret").stat().st_mode & 0o077 == 0

    def test_says_when_there_is_nothing_to_do(self, pulsar, upgraded) -> None:
        assert "up to date" in pulsar("db", "upgrade").output
        assert pulsar("db", "upgrade", "--quiet").output == ""

    def test_says_what_it_did(self, pulsar) -> None:
        first, *lines = pulsar("db", "upgrade").output.splitlines()
        assert first.startswith("Migrated ")
        assert "  torrents_0001  Torrents, their groups, files, bytes and tags." in lines
        assert pulsar("db", "downgrade", "tracker@base", "--yes").exit_code == 0
        assert pulsar("db", "upgrade").output.splitlines()[1:] == [
            "  tracker_0001  Peers, snatches and flushes."
        ]
        pulsar("db", "downgrade", "tracker@base", "--yes")
        [line] = pulsar("db", "upgrade", "--quiet").output.splitlines()
        assert line == first

    def test_an_unknown_revision_is_a_sentence(self, pulsar, upgraded) -> None:
        done = pulsar("db", "upgrade", "nonsense")
        assert done.exit_code == 1
        assert done.output.startswith("Error: ")


class TestDowngrade:
    def test_one_plugin(self, pulsar, upgraded) -> None:
        done = pulsar("db", "downgrade", "tracker@base", "--yes")
        assert done.exit_code == 0, done.output
        done = pulsar("user", "add", "--username", "a", "--email", "a@b.org", "--password", "x")
        assert done.exit_code == 1
        assert "db upgrade" in done.output

    LOST = (
        "This takes back 1 revision:\n"
        "  tracker_0001  Peers, snatches and flushes.\n"
        "What is lost:\n"
        "  the table tracker_flushes (1 row)\n"
        "  the table tracker_peers (0 rows)\n"
        "  the table tracker_snatches (0 rows)\n"
    )

    @pytest.fixture
    def flush(self, pulsar, upgraded, tmp_path: Path):
        """A migrated database with one flush; ``flush()`` returns the number of flushes."""
        with closing(sqlite3.connect(tmp_path / "var" / "pulsar.sqlite")) as database:
            database.execute("INSERT INTO tracker_flushes VALUES ('a', '2026-01-01')")
            database.commit()
            yield lambda: database.execute("SELECT count(*) FROM tracker_flushes").fetchone()[0]

    @pytest.mark.parametrize("answer", ["n\n", "\n", ""])
    def test_asks(self, pulsar, flush, answer: str) -> None:
        done = pulsar("db", "downgrade", "tracker@base", input=answer)
        assert done.exit_code == 1
        assert done.stdout.startswith(self.LOST + "Continue? [y/N]:")
        assert done.stderr.endswith("Error: Nothing was done; --yes does it without asking.\n")
        assert flush() == 1
        assert "up to date" in pulsar("db", "upgrade").output

    @pytest.mark.parametrize(("words", "answer"), [((), "y\n"), (("--yes",), "")])
    def test_goes_on(self, pulsar, flush, words: tuple[str, ...], answer: str) -> None:
        done = pulsar("db", "downgrade", "tracker@base", *words, input=answer)
        assert done.exit_code == 0, done.output
        assert done.stdout.startswith(self.LOST)
        assert done.stdout.endswith("Taken back.\n")
        assert "tracker_0001" in pulsar("db", "upgrade").output

    def test_columns_and_rows(self, pulsar, upgraded, tmp_path: Path) -> None:
        done = pulsar("db", "downgrade", "core_0001", "--yes").output
        assert "  the column users.email_confirmed (0 values)\n" in done
        pulsar("db", "upgrade")
        # The landing page is in the search documents, which stay.
        assert (
            "  1 row of the table search_documents\n"
            in pulsar("db", "downgrade", "wiki@base", "--yes").output
        )

    def test_nothing_to_take_back(self, pulsar, upgraded) -> None:
        pulsar("db", "downgrade", "tracker@base", "--yes")
        assert pulsar("db", "downgrade", "tracker@base").exit_code == 0


class TestRevision:
    def test_an_unknown_plugin(self, pulsar) -> None:
        done = pulsar("db", "revision", "--plugin", "nonsense", "-m", "x")
        assert done.exit_code == 1
        assert "nonsense" in done.output

    def test_of_a_database_that_is_not_up_to_date(self, pulsar) -> None:
        done = pulsar("db", "revision", "--plugin", "news", "--autogenerate", "-m", "x")
        assert done.exit_code == 1
        assert "news_0" in done.stderr
        assert done.stderr.endswith("Run: pulsar db upgrade\n")


class TestUserAdd:
    WORDS = ("user", "add", "--username", "alice", "--email", "alice@example.org", "--password")

    def test_prints_the_key_last(self, pulsar, upgraded) -> None:
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
    def test_wrong_input(self, pulsar, upgraded, extra: tuple[str, ...], sentence: str) -> None:
        done = pulsar(*self.WORDS, *extra)
        assert done.exit_code == 1
        assert sentence in done.output

    def test_twice(self, pulsar, upgraded) -> None:
        pulsar(*self.WORDS, "correct horse 1!")
        done = pulsar(*self.WORDS, "correct horse 1!")
        assert done.exit_code == 1
        assert "already" in done.output


def test_plugins_are_listed(pulsar) -> None:
    done = pulsar("plugins")
    assert "requires torrents" in done.output


def test_openapi_is_printed(pulsar) -> None:
    assert '"openapi": "3.1.0"' in pulsar("openapi").output
