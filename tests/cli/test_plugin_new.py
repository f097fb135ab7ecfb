"""Plugins that ``pulsar plugin new`` generates work, follow the style, and have no name clashes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pulsar.cli import main
from pulsar.cli.naming import Names, camel, plural, singular
from pulsar.cli.scaffold import identifiers, render
from pulsar.testing.backends import Backend

ROOT = Path(__file__).parents[2]
PATIENCE = 600
#: In a checkout, ruff derives this itself.
FIRST_PARTY = ("--config", 'lint.isort.known-first-party = ["pulsar"]')

#: Runs in a separate process with an ini file; the new plugin is installed there.
PULSAR = """
import sys
from pathlib import Path
from click.testing import CliRunner
from pulsar.cli import main as command

ini = sys.argv[1]

def pulsar(*arguments):
    result = CliRunner().invoke(command, ["-c", ini, *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout
"""
BOOT = """
from pyramid.paster import get_appsettings
from pulsar import main
from pulsar.testing.client import Client

assert pulsar("db", "upgrade").startswith("Migrated ")
assert pulsar("db", "upgrade") == "The database is up to date.\\n"
assert "bookmarks            0.1.0, Bookmarks" in pulsar("plugins")
member = ("--username", "bob", "--email", "bob@example.org", "--password", "a passw0rd, Sir")
*_, key = pulsar("user", "add", *member, "--api-key").splitlines()

app = main({}, **get_appsettings(ini))
client = Client(app, key)
made = client.post("/bookmarks", {"title": "First"}, status=201).json["response"]
assert client.get(f"/bookmarks/{made['id']}", status=200).json["response"] == made
assert client.get("/users/me").json["response"]["bookmark_count"] == 1
assert "/bookmarks/{bookmark_id}" in client.get("/openapi.json", status=200).json["paths"]
assert client.get("/").json["response"]["links"]["bookmarks"].endswith("/bookmarks")
"""
MIGRATE = """
import bookmarks.versions

folder = Path(bookmarks.versions.__file__).parent
before = set(folder.glob("*.py"))
pulsar("db", "revision", "--plugin", "bookmarks", "--autogenerate", "-m", "nothing")
[made] = set(folder.glob("*.py")) - before
text = made.read_text()
made.unlink()
assert "op." not in text.partition("def upgrade")[2], text
pulsar("db", "downgrade", "bookmarks@base", "--yes")
assert pulsar("db", "upgrade").startswith("Migrated ")
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a checkout's, with the new plugin ``bookmarks`` in ``plugins``."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copy(ROOT / "pyproject.toml", folder)
    result = CliRunner().invoke(
        main, ["plugin", "new", "bookmarks", "--folder", f"{folder}/plugins"]
    )
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def plugin(checkout: Path) -> Path:
    """The new plugin's folder."""
    return checkout / "plugins" / "pulsar-bookmarks"


@pytest.fixture(scope="module")
def environment(checkout: Path, plugin: Path) -> dict[str, str]:
    """The environment variables of processes in which the plugin is installed."""
    source, site = checkout / "source", checkout / "site"
    # Building leaves files in the folder.
    shutil.copytree(plugin, source)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--no-cache-dir"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(site), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
    return {**os.environ, "PYTHONPATH": str(site)}


@pytest.fixture
def python(checkout: Path, environment: dict[str, str]) -> Callable[..., str]:
    """``python("-m", "pytest", ..., NAME="value")``: the output of a process that succeeds."""

    def run(*arguments: str, **variables: str) -> str:
        finished = subprocess.run(
            [sys.executable, *arguments],
            cwd=checkout,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    return run


class TestStyle:
    def test_ruff_check(self, python: Any) -> None:
        python("-m", "ruff", "check", "--no-cache", *FIRST_PARTY, "plugins")

    def test_ruff_format(self, python: Any) -> None:
        python("-m", "ruff", "format", "--no-cache", "--check", "plugins")

    def test_mypy(self, mypy: Callable[..., str], plugin: Path) -> None:
        # pyproject.toml sets strict mode.
        printed = mypy("-p", "bookmarks", MYPYPATH=str(plugin))
        assert printed == "Success: no issues found in 15 source files\n"

    def test_nothing_is_left_open(self, plugin: Path) -> None:
        """The files contain neither a placeholder nor one of the neutral names."""
        for file in plugin.rglob("*"):
            if file.is_file():
                assert file.suffix != ".template"
                text = file.read_text()
                assert "{{" not in text.replace("{{{", "")
                assert "PACKAGE" not in text


class TestWorks:
    def test_own_tests(self, python: Any, plugin: Path, backend: Backend) -> None:
        """All of them pass on this test's database."""
        variables = {}
        if backend.redis_url:
            # A second database, because this process uses its own.
            url = backend.url.set(database=f"{backend.url.database}-plugin")
            variables["PULSAR_TEST_DATABASE_URL"] = url.render_as_string(hide_password=False)
            variables["PULSAR_TEST_REDIS_URL"] = backend.redis_url
        options = ("-q", "-p", "no:cacheprovider", "-k", backend.name)
        printed = python("-m", "pytest", *options, str(plugin / "tests"), **variables)
        assert "skipped" not in printed
        passed, deselected = printed.splitlines()[-1].split(",")[:2]
        # The other half are the same tests on the other database.
        assert int(passed.split()[0]) == int(deselected.split()[0]) > 50

    @pytest.fixture
    def ini(self, empty: dict[str, Any], tmp_path: Path) -> str:
        """The ini file of a site on which only the new plugin is enabled."""
        settings = {**empty, "pulsar.plugins": "bookmarks", "pulsar.job_runner": "none"}
        del settings["tracker.flush_interval"]
        lines = [f"{name} = {value}" for name, value in settings.items()]
        path = tmp_path / "site.ini"
        path.write_text("\n".join(["[app:main]", "use = egg:pulsar-core", *lines, ""]))
        return str(path)

    def test_upgrade_boot_and_migrations(self, python: Any, ini: str) -> None:
        """The migration creates the tables of the models, and can be reverted."""
        python("-c", PULSAR + BOOT + MIGRATE, ini)


class TestNew:
    @pytest.fixture
    def run(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configure: Any) -> Any:
        """``run("almanac", ...)``: run the command in a separate folder; return its result."""
        monkeypatch.chdir(tmp_path)
        return lambda *arguments: CliRunner().invoke(main, ["plugin", "new", *arguments])

    def test_says_what_to_do_next(self, run: Any, tmp_path: Path) -> None:
        (tmp_path / "alembic.ini").touch()
        result: Result = run("almanac")
        assert result.exit_code == 0, result.output
        first, _, *steps = result.stdout.splitlines()
        assert first == "Made plugins/pulsar-almanac, 29 files: package almanac, /almanac."
        assert steps == [
            "Next:",
            "1. make install",
            "2. Add almanac to pulsar.plugins in your ini file.",
            "3. pulsar -c YOUR.ini db upgrade",
            "4. python -m pytest plugins/pulsar-almanac/tests",
            "5. So that the tools of this checkout see it as well, add",
            "   - %(here)s/plugins/pulsar-almanac/versions to version_locations in alembic.ini,",
            "   - plugins/pulsar-almanac/almanac to files and plugins/pulsar-almanac to mypy_path "
            "of [tool.mypy]",
            "     in pyproject.toml.",
        ]

    def test_folder(self, run: Any, tmp_path: Path) -> None:
        assert "alembic.ini" not in run("almanac", "--folder", "elsewhere/mine").stdout
        plugin = tmp_path / "elsewhere/mine/pulsar-almanac"
        assert (plugin / "almanac/models.py").exists()
        assert "__pycache__/" in (plugin / ".gitignore").read_text()
        # No parent folder is an environment, so the Makefile names this one.
        environment = {"PATH": os.environ["PATH"]}
        finished = subprocess.run(
            ["make", "-n", "test"], cwd=plugin, env=environment, capture_output=True, text=True
        )
        assert finished.stdout == f"{sys.prefix}/bin/python -m pytest tests -q\n"

    def test_folder_with_an_environment(self, run: Any, tmp_path: Path) -> None:
        """The Makefile finds the nearest environment, and contains no path of this machine."""
        (tmp_path / ".venv").symlink_to(sys.prefix)
        run("almanac")
        plugin = tmp_path / "plugins/pulsar-almanac"
        assert sys.prefix not in (plugin / "Makefile").read_text()
        # If make started the tests, its options are in the environment.
        environment = {"PATH": os.environ["PATH"]}
        finished = subprocess.run(
            ["make", "-n", "test"], cwd=plugin, env=environment, capture_output=True, text=True
        )
        assert finished.stdout == "../../.venv/bin/python -m pytest tests -q\n"

    def test_another_package(self, run: Any, tmp_path: Path) -> None:
        """For a plugin with the name of a library."""
        result = run("redis")
        assert result.exit_code == 1
        assert result.stderr == (
            "Error: 'redis' is another package's name in Python. Give the plugin's package its "
            "own: pulsar plugin new redis --package pulsar_redis\n"
        )
        assert not (tmp_path / "plugins").exists()
        assert run("redis", "--package", "site_redis").exit_code == 0
        folder = tmp_path / "plugins/pulsar-redis"
        assert 'redis = "site_redis"' in (folder / "pyproject.toml").read_text()
        assert (
            'config.add_migrations("site_redis.versions", label="redis")'
            in (folder / "site_redis/__init__.py").read_text()
        )

    def test_twice(self, run: Any) -> None:
        run("almanac")
        assert run("almanac").stderr == "Error: plugins/pulsar-almanac exists already.\n"

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (["Almanac"], "'Almanac' is no name: at most 18 lower-case letters"),
            (["w" * 19], "is no name: at most 18"),
            (["almanac-pages"], "'almanac-pages' is no name"),
            (["9lives"], "'9lives' is no name"),
            (["tests"], "'tests' is a folder of every plugin or checkout. Choose another name."),
            (["almanac", "--package", "versions"], "'versions' is a folder of every plugin"),
            (["almanac_"], "'almanac_' is no name"),
            (["torrents"], "A plugin named 'torrents' is installed already."),
            (["users"], "'users' is a part of the core. Choose another name."),
            (["user_warnings"], "'user_warnings' is a part of the core. Choose another name."),
            (["pulsar"], "'pulsar' is a part of the core. Choose another name."),
            (["import"], "'import' is a word of the language in Python. Give the plugin's"),
            (["queue"], "'queue' is another package's name in Python. Give the plugin's"),
            (["almanac", "--package", "Almanac"], "'Almanac' is no package"),
            (
                ["almanac", "--package", "json"],
                "'json' is another package's name in Python. Choose",
            ),
            (["almanac", "--item", "a b"], "'a b' is no noun"),
            (["almanac", "--item", "request"], "The generated code uses 'request' itself. Give"),
            (["almanac", "--item", "class"], "The generated code uses 'class' itself. Give"),
        ],
    )
    def test_refused(self, run: Any, tmp_path: Path, arguments: list[str], sentence: str) -> None:
        result = run(*arguments)
        assert result.exit_code == 1, result.output
        assert result.stderr.startswith("Error: ")
        assert sentence in result.stderr
        assert not (tmp_path / "plugins").exists()

    @pytest.mark.parametrize(
        ("arguments", "names"),
        [
            (["bookmarks"], ("Bookmark", "bookmarks")),
            (["stories"], ("Story", "stories")),
            (["almanac"], ("AlmanacEntry", "almanac_entries")),
            # The generated code imports a class named Page.
            (["pages"], ("PageEntry", "page_entries")),
            (["almanac", "--item", "article"], ("Article", "articles")),
        ],
    )
    def test_nouns(
        self, run: Any, tmp_path: Path, arguments: list[str], names: tuple[str, str]
    ) -> None:
        assert run(*arguments).exit_code == 0
        [models] = tmp_path.glob("plugins/*/*/models.py")
        text = models.read_text()
        assert f"class {names[0]}(Base):" in text
        assert f'__tablename__ = "{names[1]}"' in text

    def test_longest_names(self, run: Any, tmp_path: Path) -> None:
        """No line of the generated code becomes too long."""
        shutil.copy(ROOT / "pyproject.toml", tmp_path)
        long = "abcdefghijklmnopqrstuvwx"
        assert run(long[:18], "--package", long, "--item", long).exit_code == 0
        ruff = [sys.executable, "-m", "ruff", "check", "--no-cache", *FIRST_PARTY, "plugins"]
        finished = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True)
        assert finished.returncode == 0, finished.stdout


class TestNouns:
    @pytest.mark.parametrize(
        ("noun", "several"),
        [
            ("bookmark", "bookmarks"),
            ("story", "stories"),
            ("day", "days"),
            ("wish", "wishes"),
            ("box", "boxes"),
            ("match", "matches"),
            ("class", "classes"),
            ("wiki_entry", "wiki_entries"),
        ],
    )
    def test_there_and_back(self, noun: str, several: str) -> None:
        assert plural(noun) == several
        assert singular(several) == noun

    @pytest.mark.parametrize("word", ["wiki", "data", "boss", "status", "analysis"])
    def test_no_plural(self, word: str) -> None:
        assert singular(word) == word

    def test_camel(self) -> None:
        assert camel("wiki_entry") == "WikiEntry"


class TestRender:
    def test_python_is_python(self) -> None:
        for path, text in render(Names("wiki", "wiki", "wiki_entry", "wiki_entries")):
            if path.suffix == ".py":
                compile(text, str(path), "exec")

    def test_identifiers(self) -> None:
        names = identifiers()
        assert {"Collection", "request", "paginate", "class"} <= names
        assert names.isdisjoint({"neutral", "pulsar_neutral"})
