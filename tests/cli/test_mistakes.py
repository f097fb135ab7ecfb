"""Mistakes of operators result in one sentence with the remedy and a failing exit status."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner
from pyramid.config import Configurator
from pyramid.scripts.pserve import PServeCommand
from sqlalchemy import URL, create_engine, text

from pulsar import plugins
from pulsar.cli import main
from pulsar.configuration import make_configurator
from pulsar.db import migrations
from pulsar.interfaces import IDatabase
from pulsar.testing.backends import Backend

SECRET = "a secret of at least 32 characters"
BIN = Path(sys.executable).parent


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def serve(ini: Path, *variables: str) -> tuple[Any, str]:
    """Return the exit status of ``pserve`` and its output on standard error."""
    command = PServeCommand(["pserve", str(ini), *variables], quiet=True)
    with pytest.raises(SystemExit) as ended:
        command.run()
    return ended.value.code, ""


def operate(ini: Path, *words: str) -> tuple[Any, str]:
    """Return the exit status of a command and its output on standard error."""
    result = CliRunner().invoke(main, ["-c", str(ini), *(words or ("user", "list"))])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stderr


@pytest.fixture(params=[serve, operate], ids=["pserve", "pulsar"])
def complain(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """``complain(ini)``: the one sentence with which the command fails."""

    def run(ini: Path) -> str:
        status, said = request.param(ini)
        said += capsys.readouterr().err
        assert status not in (0, None)
        assert "Traceback" not in said
        lines = [line for line in said.splitlines() if line]
        assert len(lines) == 1, said
        return lines[0]

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """``write(settings)``: write an ini file of a site on SQLite, with changed settings."""

    def make(settings: dict[str, str] | None = None, server: str = "") -> Path:
        whole = {
            "sqlalchemy.url": f"sqlite:///{tmp_path}/site.sqlite",
            "pulsar.secret": SECRET,
            **(settings or {}),
        }
        lines = [f"{name} = {value}" for name, value in whole.items()]
        file = tmp_path / "site.ini"
        # Our server binds the port at once, and a test in this process would have to release it.
        kind = "pulsar-core" if server else "waitress#main"
        listen = ["[server:main]", f"use = egg:{kind}", server, ""]
        file.write_text("\n".join(["[app:main]", "use = egg:pulsar-core", *lines, *listen]))
        return file

    return make


def migrate(url: str) -> None:
    """Migrate a database."""
    config = make_configurator({"sqlalchemy.url": url, "pulsar.secret": SECRET})
    config.commit()
    migrations.upgrade(config.registry)
    config.registry.getUtility(IDatabase).engine.dispose()


@contextmanager
def refusing_server(sqlstate: str, message: str) -> Iterator[int]:
    """A PostgreSQL server that refuses all connections with the error; yield its port."""
    fields = f"SFATAL\0VFATAL\0C{sqlstate}\0M{message}\0\0".encode()
    refusal = b"E" + struct.pack("!i", len(fields) + 4) + fields
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                while (asked := connection.recv(1024)) and asked[4:8] in (
                    struct.pack("!i", 80877103),
                    struct.pack("!i", 80877104),
                ):
                    connection.sendall(b"N")
                if asked:
                    connection.sendall(refusal)

    thread = threading.Thread(target=refuse, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)


class TestSettings:
    @pytest.mark.parametrize(
        ("settings", "words"),
        [
            ({"pulsar.plugns": "x"}, ("pulsar.plugns", "Did you mean pulsar.plugins")),
            ({"pulsar.private": "perhaps"}, ("pulsar.private", "true or false")),
            ({"pulsar.max_body": "big"}, ("pulsar.max_body", "bytes")),
            ({"pulsar.plugins": "nothing"}, ("'nothing'", "not installed")),
            ({"pulsar.plugins": "tracker"}, ("'tracker' requires 'torrents'",)),
            ({"pulsar.secret": "short"}, ("pulsar.secret", "32")),
            ({"pulsar.old_secrets": "short"}, ("pulsar.old_secrets", "32")),
            ({"pulsar.next_secret": SECRET}, ("pulsar.next_secret", "there twice")),
            ({"pulsar.redis_url": "localhost:6379"}, ("pulsar.redis_url", "redis://")),
            ({"pulsar.redis_url": "redis://localhost/zero"}, ("pulsar.redis_url", "number")),
            ({"sqlalchemy.pool_size": "many"}, ("sqlalchemy.pool_size", "whole number")),
            ({"sqlalchemy.url": "not a url"}, ("sqlalchemy.url", "URL")),
            ({"sqlalchemy.url": "oracel://localhost/x"}, ("sqlalchemy.url", "oracel")),
            ({"pulsar.mail": "smtp"}, ("pulsar.mail_sender",)),
        ],
        ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
    )
    def test_wrong(
        self, write: Any, complain: Any, settings: dict[str, str], words: tuple[str, ...]
    ) -> None:
        said = complain(write(settings))
        for word in words:
            assert word in said

    def test_two_plugins_that_conflict(
        self,
        write: Any,
        complain: Any,
        entry_point: Callable[..., EntryPoint],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def job(config: Configurator) -> None:
            config.add_health_check("twice", print)

        def job_again(config: Configurator) -> None:
            config.add_health_check("twice", repr)

        both = {"one": entry_point("one", job), "two": entry_point("two", job_again)}
        monkeypatch.setattr("pulsar.plugins.installed", lambda: plugins_and(both))
        said = complain(write({"pulsar.plugins": "one two"}))
        assert "declared twice: ('pulsar health check', 'twice')" in said
        assert "pulsar.plugins" in said


_installed = plugins.installed


def plugins_and(more: dict[str, EntryPoint]) -> dict[str, EntryPoint]:
    return {**_installed(), **more}


class TestFiles:
    def test_no_file(self) -> None:
        status, said = operate(Path("missing.ini"))
        assert status == 1
        assert said == (
            "Error: There is no file missing.ini. Name the site's ini file: pulsar -c FILE ...\n"
        )

    def test_no_option(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        result = CliRunner().invoke(main, ["user", "list"])
        assert result.exit_code == 1
        assert "There is no file development.ini." in result.stderr

    @pytest.mark.parametrize(
        "content",
        [
            "pulsar.plugins = x",
            "[app:other]\nuse = egg:pulsar-core\n",
            "[app:main]\nuse = egg:nothing-like-it\n",
            "[app:main]\nuse = egg:pulsar-core#other\n",
            "[app:main]\nuse = egg:pulsar-core\nget pulsar.var = nowhere\n",
            "[app:main]\nuse = egg:pulsar-core\npulsar.var = %(nowhere)s\n",
            "[app:main]\nuse = egg:pulsar-core\nuse = egg:pulsar-core\n",
            "[app:main]\nuse = egg:pulsar-core\npulsar.site_name = 100%\n",
        ],
    )
    @pytest.mark.parametrize("command", ["serve", "user list"])
    def test_not_valid(self, tmp_path: Path, content: str, command: str) -> None:
        file = tmp_path / "site.ini"
        file.write_text(content)
        status, said = operate(file, *command.split())
        assert status == 1
        assert said.startswith("Error: ")
        assert str(file) in said
        assert len(said.splitlines()) == 1

    def test_secret_that_cannot_be_made(self, write: Any, complain: Any) -> None:
        said = complain(write({"pulsar.secret": "", "pulsar.secret_file": "/dev/null/secret"}))
        assert "/dev/null" in said
        assert "read and write" in said


class TestSQLite:
    def test_missing(self, write: Any, complain: Any, tmp_path: Path) -> None:
        ini = write({"sqlalchemy.url": f"sqlite:///{tmp_path}/no/folder/site.sqlite"})
        said = complain(ini)
        assert "No such file or directory" in said
        assert "Correct the path" in said

    def test_not_migrated(self, write: Any, complain: Any) -> None:
        ini = write()
        said = complain(ini)
        assert f"Bring it up to date with: pulsar -c {ini} db upgrade" in said

    def test_newer_than_the_code(self, write: Any, complain: Any, tmp_path: Path) -> None:
        migrate(f"sqlite:///{tmp_path}/site.sqlite")
        with sqlite3.connect(tmp_path / "site.sqlite") as connection:
            connection.execute("UPDATE alembic_version SET version_num = 'core_9999'")
        connection.close()
        said = complain(write())
        assert "core_9999" in said
        assert "newer code" in said

    def test_no_database(self, write: Any, complain: Any, tmp_path: Path) -> None:
        (tmp_path / "site.sqlite").write_text("Dear diary, " * 1000)
        assert "not a database" in complain(write())

    def test_locked(self, write: Any, complain: Any, tmp_path: Path) -> None:
        connection = sqlite3.connect(tmp_path / "site.sqlite", isolation_level=None)
        connection.execute("CREATE TABLE x (y)")
        connection.execute("BEGIN EXCLUSIVE")
        ini = write({"sqlalchemy.url": f"sqlite:///{tmp_path}/site.sqlite?timeout=0.1"})
        said = complain(ini)
        connection.close()
        assert "database is locked" in said
        assert "Stop the process" in said

    @pytest.mark.parametrize("words", [("db", "upgrade"), ("db", "current"), ("user", "list")])
    def test_folder_that_cannot_be_written(self, write: Any, words: tuple[str, ...]) -> None:
        status, said = operate(write({"sqlalchemy.url": "sqlite:////proc/x/site.sqlite"}), *words)
        assert status == 1
        assert len(said.splitlines()) == 1

    @pytest.mark.skipif(os.geteuid() != 0, reason="takes another user")
    def test_file_of_another_user(self, write: Any, tmp_path: Path) -> None:
        migrate(f"sqlite:///{tmp_path}/site.sqlite")
        ini = write()
        os.chmod(tmp_path, 0o755)
        for folder in (tmp_path, *tmp_path.parents):
            if not os.stat(folder).st_mode & 1:
                pytest.skip("the folder of tests is closed to other users")
        words = [str(BIN / "pulsar"), "-c", str(ini), "db", "upgrade", "tracker@head"]
        ended = subprocess.run(
            words, user=65534, group=65534, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
        assert len(ended.stderr.splitlines()) == 1


class TestPostgreSQL:
    def test_refused(self, write: Any, complain: Any) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        said = complain(write({"sqlalchemy.url": f"postgresql://a:b-c@127.0.0.1:{port}/x"}))
        assert "refused" in said
        assert "Start the database server, or correct sqlalchemy.url" in said
        assert "b-c" not in said

    @pytest.mark.parametrize(
        ("sqlstate", "message", "remedy"),
        [
            ("28P01", 'password authentication failed for user "a"', "Correct the name and the"),
            ("28000", 'role "a" does not exist', "createuser"),
            ("3D000", 'database "x" does not exist', "createdb"),
            ("53300", "sorry, too many clients already", "Correct sqlalchemy.url"),
        ],
    )
    def test_refused_by_the_server(
        self, write: Any, complain: Any, sqlstate: str, message: str, remedy: str
    ) -> None:
        with refusing_server(sqlstate, message) as port:
            said = complain(write({"sqlalchemy.url": f"postgresql://a:b-c@127.0.0.1:{port}/x"}))
        assert message in said
        assert remedy in said
        assert "b-c" not in said

    @pytest.mark.parametrize("backend", ["production"], indirect=True, scope="session")
    def test_role_without_rights(
        self, write: Any, complain: Any, make_site: Any, backend: Backend
    ) -> None:
        url: URL = make_site().registry.getUtility(IDatabase).engine.url
        role = f"{url.database}-nobody"
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'DROP ROLE IF EXISTS "{role}"'))
            connection.execute(text(f'CREATE ROLE "{role}" LOGIN'))
            try:
                other = url.set(username=role).render_as_string(hide_password=False)
                said = complain(write({"sqlalchemy.url": other}))
            finally:
                connection.execute(text(f'DROP ROLE "{role}"'))
        engine.dispose()
        assert "permission denied" in said
        assert "ALTER DATABASE" in said


class TestServer:
    def test_port_in_use(self, write: Any, tmp_path: Path, capsys: Any) -> None:
        migrate(f"sqlite:///{tmp_path}/site.sqlite")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            ini = write(server=f"listen = 127.0.0.1:{port}")
            assert serve(ini)[0] == 3
            said = capsys.readouterr().err.strip()
            status, told = operate(ini, "serve")
            told += capsys.readouterr().err
        assert status != 0
        for sentence in (said, told):
            assert f"listen = 127.0.0.1:{port}: Address already in use" in sentence
            assert f"[server:main] of {ini}" in sentence
            assert len(sentence.strip().splitlines()) == 1

    @pytest.mark.parametrize("option", ["prot = 1", "port = high", "listen = nowhere at all"])
    def test_wrong_option(
        self, write: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
    ) -> None:
        migrate(f"sqlite:///{tmp_path}/site.sqlite")
        ini = write(server=option)
        assert serve(ini)[0] == 3
        assert f"[server:main] in {ini}: " in capsys.readouterr().err


class TestRedis:
    def test_missing(self, write: Any, tmp_path: Path) -> None:
        """Redis may be unavailable at any time, but commands still work."""
        migrate(f"sqlite:///{tmp_path}/site.sqlite")
        ini = write({"pulsar.cache": "redis", "pulsar.redis_url": "redis://127.0.0.1:1/0"})
        status, said = operate(ini, "user", "list")
        assert (status, said) == (0, "")

    def test_no_worker_without_a_queue(self, write: Any, tmp_path: Path) -> None:
        migrate(f"sqlite:///{tmp_path}/site.sqlite")
        status, said = operate(write(), "jobs", "worker")
        assert status == 1
        assert "pulsar.job_runner = queue" in said


class TestProcesses:
    """The same mistakes with real processes."""

    @pytest.mark.parametrize("command", [["pserve", "{ini}"], ["pulsar", "-c", "{ini}", "serve"]])
    def test_not_migrated(self, write: Any, command: list[str]) -> None:
        ini = write()
        words = [word.format(ini=ini) for word in command]
        ended = subprocess.run(
            [str(BIN / words[0]), *words[1:]], capture_output=True, text=True, check=False
        )
        assert ended.returncode != 0
        assert len(ended.stderr.strip().splitlines()) == 1
        assert f"pulsar -c {ini} db upgrade" in ended.stderr

    @pytest.mark.parametrize(
        ("contents", "said"),
        [
            (None, "There is no file {ini}. Name the site's ini file: pulsar -c FILE ..."),
            ("[server:main]\nuse = egg:pulsar-core\n", "{ini} cannot be loaded: "),
            ("[app:main\nuse = egg:pulsar-core\n", "{ini} is not a valid ini file: "),
        ],
        ids=["missing", "no application", "syntax"],
    )
    def test_the_ini_file(self, tmp_path: Path, contents: str | None, said: str) -> None:
        ini = tmp_path / "site.ini"
        if contents is not None:
            ini.write_text(contents)
        command = [str(BIN / "pulsar"), "-c", str(ini), "serve"]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 1
        (sentence,) = ended.stderr.splitlines()
        assert sentence.startswith(f"Error: {said.format(ini=ini)}")


class TestMakeRun:
    def test_says_mistakes_in_one_sentence(self) -> None:
        """pserve reads the ini file before it loads Pulsar, unlike `pulsar serve`."""
        makefile = (Path(__file__).parents[2] / "Makefile").read_text()
        (command,) = re.findall(r"^run: install\n\t(.*)$", makefile, re.M)
        assert command == "$(BIN)/pulsar -c development.ini --set http_port=$(PORT) serve"
