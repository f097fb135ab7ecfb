"""The revision files that ``pulsar db revision`` writes for a plugin that changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pulsar.cli import main
from pulsar.testing.backends import Backend

ROOT = Path(__file__).parents[2]
PATIENCE = 600

#: Runs in a separate process with an ini file; the new plugin is installed there.
PULSAR = """
import sys
from pathlib import Path
from click.testing import CliRunner
from pulsar.cli import main as command

ini = sys.argv[1]

def pulsar(*arguments, status=0):
    result = CliRunner().invoke(command, ["-c", ini, *arguments])
    assert result.exit_code == status, (result.output, result.exception)
    return result

def revise(message):
    return pulsar("db", "revision", "--plugin", "bookmarks", "--autogenerate", "-m", message)
"""
GROW = """
pulsar("db", "upgrade")
print(revise("Torrents of bookmarks").stderr)
print(pulsar("db", "upgrade").stdout)
assert "nothing" not in revise("nothing").stderr
# A second comparison finds no differences.
nothing = Path(sys.argv[2]) / "bookmarks_0003_nothing.py"
assert "op." not in nothing.read_text().partition("def upgrade")[2]
nothing.unlink()
pulsar("db", "downgrade", "bookmarks_0001", "--yes")
pulsar("db", "upgrade")
pulsar("db", "downgrade", "base", "--yes")
assert "bookmarks_0002" in pulsar("db", "upgrade").stdout
"""
RENAMED = """
from pulsar.interfaces import IDatabase
from sqlalchemy import text
from pulsar.cli.application import Application

engine = Application(ini, {}).registry.getUtility(IDatabase).engine
versions = Path(sys.argv[2])

pulsar("db", "upgrade")
revise("Torrents of bookmarks")
pulsar("db", "upgrade")
# What the database of a site has, before the model's column and table got their new names.
with engine.begin() as connection:
    for statement in (
        "INSERT INTO bookmarks (id, title, body, created) VALUES (7, 'a', 'b', '2026-01-01')",
        "ALTER TABLE bookmarks RENAME COLUMN body TO contents",
        "ALTER TABLE bookmarked_torrents RENAME TO torrents_of_bookmarks",
    ):
        connection.execute(text(statement))
print(revise("Renames").stderr)
[lossy] = versions.glob("*_renames.py")
print(lossy.read_text())
"""
BY_HAND = """
lossy.write_text('''
from alembic import op

revision = "bookmarks_0003"
down_revision = "bookmarks_0002"
branch_labels = None
depends_on = None

def upgrade():
    op.alter_column("bookmarks", "contents", new_column_name="body")
    op.rename_table("torrents_of_bookmarks", "bookmarked_torrents")

def downgrade():
    op.rename_table("bookmarked_torrents", "torrents_of_bookmarks")
    op.alter_column("bookmarks", "body", new_column_name="contents")
''')
assert "bookmarks_0003" in pulsar("db", "upgrade").stdout
revise("Nothing")
[nothing] = versions.glob("*_nothing.py")
assert "op." not in nothing.read_text().partition("def upgrade")[2]
nothing.unlink()
taken_back = pulsar("db", "downgrade", "bookmarks_0002", "--yes").stdout
assert "bookmarks.body (1 value), unless it is renamed to contents" in taken_back, taken_back
pulsar("db", "upgrade")
with engine.connect() as connection:
    assert connection.scalar(text("SELECT body FROM bookmarks WHERE id = 7")) == "b"
"""
MODEL = '''

class BookmarkedTorrent(Base):
    """A torrent that a bookmark is about."""

    __tablename__ = "bookmarked_torrents"

    id: Mapped[int] = mapped_column(primary_key=True)
    torrent_id: Mapped[int] = mapped_column(
        ForeignKey("torrents.id", ondelete="CASCADE"), index=True
    )
    note: Mapped[str] = mapped_column(String(255), default="")
'''
COLUMN = """
    torrent_id: Mapped[int | None] = mapped_column(
        ForeignKey("torrents.id", ondelete="SET NULL"), index=True
    )
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a checkout's, with a new plugin that requires torrents and refers to them."""
    tmp_path = tmp_path_factory.mktemp("checkout")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    arguments = ["plugin", "new", "bookmarks", "--folder", f"{tmp_path}/plugins"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    package = tmp_path / "plugins/pulsar-bookmarks/bookmarks"
    init = package / "__init__.py"
    init.write_text(
        init.read_text().replace(
            '"bookmarks", title=', '"bookmarks", requires=("torrents",), title='
        )
    )
    models = package / "models.py"
    text = models.read_text()
    title = next(line for line in text.splitlines() if line.startswith("    title: "))
    models.write_text(text.replace(title, title + COLUMN.rstrip()) + MODEL)
    return tmp_path


@pytest.fixture(scope="module")
def plugin(checkout: Path) -> Path:
    """The folder of the plugin."""
    return checkout / "plugins/pulsar-bookmarks"


@pytest.fixture(scope="module")
def python(checkout: Path, plugin: Path) -> Callable[..., str]:
    """``python("-m", "pytest", ..., NAME="value")``: the output of a process that succeeds.

    In the processes, the plugin is installed in the folder ``site``.
    """
    site = checkout / "site"
    source = checkout / "source"
    shutil.copytree(plugin, source)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--no-cache-dir"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(site), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)

    def run(*arguments: str, **variables: str) -> str:
        finished = subprocess.run(
            [sys.executable, *arguments],
            cwd=checkout,
            env={**os.environ, "PYTHONPATH": str(site), **variables},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    return run


@pytest.fixture
def versions(python: Any, checkout: Path) -> Iterator[Path]:
    """The folder of the plugin's revisions. Files that a test adds are removed after it."""
    folder = checkout / "site/bookmarks/versions"
    before = set(folder.iterdir())
    yield folder
    for file in set(folder.iterdir()) - before:
        shutil.rmtree(file) if file.is_dir() else file.unlink()


@pytest.fixture
def ini(empty: dict[str, Any], tmp_path: Path) -> str:
    """The ini file of a site with the plugin and its requirements."""
    settings = {**empty, "pulsar.plugins": "torrents bookmarks", "pulsar.job_runner": "none"}
    del settings["tracker.flush_interval"]
    lines = [f"{name} = {value}" for name, value in settings.items()]
    path = tmp_path / "site.ini"
    path.write_text("\n".join(["[app:main]", "use = egg:pulsar-core", *lines, ""]))
    return str(path)


class TestForeignKey:
    def test_to_a_required_plugin(
        self,
        python: Any,
        versions: Path,
        plugin: Path,
        ini: str,
        backend: Backend,
        mypy: Callable[..., str],
    ) -> None:
        printed = python("-c", PULSAR + GROW, ini, str(versions))
        assert "bookmarks_0002  Torrents of bookmarks." in printed
        text = (versions / "bookmarks_0002_torrents_of_bookmarks.py").read_text()
        assert text.startswith('"""Torrents of bookmarks."""\n')
        assert 'revision = "bookmarks_0002"\ndown_revision = "bookmarks_0001"' in text
        depends_on = next(line for line in text.splitlines() if line.startswith("depends_on"))
        assert '"torrents_0' in depends_on
        assert '"core_0' in depends_on
        assert "batch" not in text

        python("-m", "ruff", "check", "--no-cache", str(versions))
        python("-m", "ruff", "format", "--no-cache", "--check", str(versions))
        assert mypy(str(versions)).startswith("Success: ")

        variables = {}
        if backend.redis_url:
            url = backend.url.set(database=f"{backend.url.database}-grown")
            variables["PULSAR_TEST_DATABASE_URL"] = url.render_as_string(hide_password=False)
            variables["PULSAR_TEST_REDIS_URL"] = backend.redis_url
        options = ("-q", "-p", "no:cacheprovider", "-k", f"{backend.name} and TestCreate")
        printed = python("-m", "pytest", *options, str(plugin / "tests"), **variables)
        assert "passed" in printed


class TestRename:
    def test_column_and_table(self, python: Any, versions: Path, ini: str) -> None:
        """Autogenerate warns of lost data; a revision written by hand keeps the data."""
        printed = python("-c", PULSAR + RENAMED + BY_HAND, ini, str(versions))
        warnings, _, file = printed.partition('"""')
        assert "WARNING: The table bookmarks loses contents and gets body. What the" in warnings
        assert "WARNING: The table bookmarked_torrents is created, and torrents_of_" in warnings
        assert "batch" not in file
        comment = " ".join(line.strip(" #") for line in file.splitlines())
        for text in (
            'op.alter_column("bookmarks", "contents", new_column_name="body") instead',
            'op.rename_table("torrents_of_bookmarks", "bookmarked_torrents") instead',
        ):
            assert text in warnings
            assert text in comment
