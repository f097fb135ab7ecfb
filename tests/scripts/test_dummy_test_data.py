"""scripts/dummy_test_data.py."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select, text

from pulsar import main
from pulsar.classes.populate_members import PASSWORD
from pulsar.db.session import make_engine
from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.users.models import User

SCRIPT = Path(__file__).parents[2] / "scripts" / "dummy_test_data.py"


@pytest.fixture
def ini(empty: dict[str, Any], tmp_path: Path) -> Path:
    """The ini file of a site whose database is empty; its name is a variable."""
    lines = ["[DEFAULT]", "site_name = Dummy", "[app:main]", "use = egg:pulsar-core"]
    settings = {**empty, "pulsar.plugins": "torrents tracker"}
    lines += [f"{name} = {value}" for name, value in settings.items()]
    path = tmp_path / "site.ini"
    path.write_text("\n".join([*lines, "get pulsar.site_name = site_name", ""]))
    return path


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location(SCRIPT.stem, SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.fixture
def run(ini: Path, script: ModuleType) -> Any:
    """``run(arguments...)``: run the script and return its result."""
    return lambda *arguments: CliRunner().invoke(script.main, ["-c", str(ini), *arguments])


@pytest.fixture
def engine(empty: dict[str, Any]) -> Iterator[Engine]:
    """The site's database."""
    engine = make_engine(empty["sqlalchemy.url"])
    yield engine
    engine.dispose()


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(User)) or 0


class TestMain:
    def test_as_people_run_it(self, ini: Path, engine: Engine, empty: Any) -> None:
        command = [sys.executable, str(SCRIPT), "-c", str(ini), "--scale", "0.01"]
        finished = subprocess.run(command, capture_output=True, text=True, cwd=ini.parent)
        assert finished.returncode == 0, finished.stderr
        assert f"Everybody's password is {PASSWORD!r}" in finished.stdout
        for title in ("Tables", "Members", "Torrents", "Swarms"):
            assert title in finished.stderr
        assert count(engine) == 5
        # The resulting site starts.
        app = main(
            {}, **{**empty, "pulsar.plugins": "torrents tracker", "pulsar.job_runner": "none"}
        )
        credentials = {"username": "member", "password": PASSWORD}
        Client(app).post("/api_keys", credentials, status=201)
        app.registry.getUtility(IDatabase).engine.dispose()

    def test_drops_what_was_there(self, run: Any, engine: Engine) -> None:
        assert run("--scale", "0.01").exit_code == 0
        with engine.begin() as connection:
            connection.execute(text("UPDATE users SET username = 'somebody' WHERE id = 1"))
        assert run("--scale", "0.01").exit_code == 0
        with engine.connect() as connection:
            assert connection.scalar(select(User.username).where(User.id == 1)) == "admin"
        assert count(engine) == 5

    def test_refuses_a_site_with_members(self, run: Any, engine: Engine) -> None:
        assert run("--scale", "0.022").exit_code == 0
        with engine.begin() as connection:
            connection.execute(text("UPDATE users SET username = 'somebody' WHERE id = 1"))
        finished = run("--scale", "0.01")
        assert finished.exit_code == 1
        assert finished.stderr == (
            "Error: The database has 11 members, more than 10: it may be a real site's. "
            "To drop everything in it all the same, add --yes-drop-everything.\n"
        )
        with engine.connect() as connection:
            assert connection.scalar(select(User.username).where(User.id == 1)) == "somebody"
        assert run("--scale", "0.01", "--yes-drop-everything").exit_code == 0
        assert count(engine) == 5

    def test_ten_members_are_no_site(self, run: Any, engine: Engine) -> None:
        assert run("--scale", "0.02").exit_code == 0
        assert count(engine) == 10
        assert run("--scale", "0.01").exit_code == 0

    @pytest.mark.parametrize("scale", ["0", "-1", "much"])
    def test_scale(self, run: Any, scale: str) -> None:
        finished = run("--scale", scale)
        assert finished.exit_code == 2
        assert "--scale" in finished.stderr

    def test_malformed_variable(self, run: Any) -> None:
        finished = run("--set", "site_name")
        assert finished.exit_code == 2
        assert "'site_name' is not NAME=VALUE" in finished.stderr

    def test_missing_ini_file(self, run: Any) -> None:
        finished = run("-c", "missing.ini")
        assert finished.exit_code == 1
        assert "missing.ini" in finished.stderr
        assert "Traceback" not in finished.stderr
