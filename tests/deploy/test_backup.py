"""`pulsar backup` and `pulsar restore`, as described in the operating guide."""

from __future__ import annotations

import stat
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result
from pyramid.paster import get_appsettings
from sqlalchemy import make_url

from pulsar import main as make_app
from pulsar.cli import main
from pulsar.interfaces import IDatabase
from pulsar.lifecycle import AppClosing
from pulsar.testing.backends import create_database, drop_database
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def run(ini: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["-c", str(ini), *words])


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """``write(name, url)``: write the ini file of a site with its own folder."""

    def make(name: str, url: str, **settings: str) -> Path:
        file = tmp_path / f"{name}.ini"
        var = tmp_path / name
        var.mkdir()
        lines = [f"sqlalchemy.url = {url}", f"pulsar.var = {var}", "pulsar.registration = open"]
        lines += [f"{option} = {value}" for option, value in settings.items()]
        file.write_text("\n".join(["[app:main]", "use = egg:pulsar-core", *lines, ""]))
        return file

    return make


@pytest.fixture
def site(make_site: Callable[..., Any], write: Callable[..., Path]) -> Path:
    """The ini file of a site with a member."""
    app = make_site(**{"pulsar.plugins": ""})
    with app.registry.getUtility(IDatabase).session(True) as session:
        Factory(session).user("alice")
    ini = write("old", app.registry.settings["sqlalchemy.url"])
    # The command creates the secret of this site, which differs from that of the test's
    # application.
    assert run(ini, "user", "list").exit_code == 0
    return ini


@pytest.fixture
def empty_url(site: Path, tmp_path: Path) -> Iterator[str]:
    """The URL of a database for the restored data."""
    old = make_url(url_of(site))
    if old.get_backend_name() == "sqlite":
        yield f"sqlite:///{tmp_path}/new/pulsar.sqlite"
        return
    new = old.set(database=f"{old.database}-restored")
    drop_database(new)
    create_database(new)
    yield new.render_as_string(hide_password=False)
    drop_database(new)


def url_of(ini: Path) -> str:
    (line,) = (line for line in ini.read_text().splitlines() if line.startswith("sqlalchemy.url"))
    return line.partition(" = ")[2]


def feed_key(ini: Path) -> str:
    """Return Alice's feed key, which depends on the secret, from a process of the site."""
    app = make_app({}, **get_appsettings(str(ini)), **{"pulsar.job_runner": "none"})
    try:
        client = Client(app)
        body = {"username": "alice", "password": PASSWORD}
        key = client.post("/api_keys", body, status=201).json["response"]["key"]
        answer = client.as_key(key).get("/users/me/secrets/feed", status=200)
        value: str = answer.json["response"]["value"]
        return value
    finally:
        app.registry.notify(AppClosing(app.registry))
        app.registry.getUtility(IDatabase).engine.dispose()


class TestBackup:
    def test_restored_it_is_the_same_site(
        self, site: Path, write: Callable[..., Path], empty_url: str, tmp_path: Path
    ) -> None:
        before = feed_key(site)
        file = tmp_path / "pulsar.backup"
        result = run(site, "backup", str(file))
        assert result.exit_code == 0, result.output
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        with tarfile.open(file) as archive:
            assert archive.getnames() == ["manifest.json", "secret", "site.ini", "database"]
        new = write("new", empty_url)
        settings = tmp_path / "archived.ini"
        result = run(new, "restore", str(file), "--settings", str(settings))
        assert result.exit_code == 0, result.output
        assert settings.read_text() == site.read_text()
        assert stat.S_IMODE(settings.stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "new" / "secret").stat().st_mode) == 0o600
        assert run(new, "db", "upgrade").output == "The database is up to date.\n"
        assert feed_key(new) == before

    def test_never_over_a_file(self, site: Path, tmp_path: Path) -> None:
        file = tmp_path / "pulsar.backup"
        file.write_text("mine")
        result = run(site, "backup", str(file))
        assert result.exit_code == 1
        assert "exists already" in result.stderr
        assert file.read_text() == "mine"
        assert not list(tmp_path.glob(".backup-*"))

    def test_never_over_a_site(self, site: Path, tmp_path: Path) -> None:
        file = tmp_path / "pulsar.backup"
        assert run(site, "backup", str(file)).exit_code == 0
        result = run(site, "restore", str(file))
        assert result.exit_code == 1
        assert "already" in result.stderr

    def test_not_with_another_secret(
        self, site: Path, write: Callable[..., Path], empty_url: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "pulsar.backup"
        assert run(site, "backup", str(file)).exit_code == 0
        new = write("new", empty_url, **{"pulsar.secret": "another one of 32 characters or more"})
        result = run(new, "restore", str(file))
        assert result.exit_code == 1
        assert "another secret" in result.stderr
        assert run(new, "user", "list").exit_code == 1

    def test_every_secret_is_in_it(
        self, site: Path, write: Callable[..., Path], empty_url: str, tmp_path: Path
    ) -> None:
        before = feed_key(site)
        for words in (("add",), ("replace", "--yes"), ("add",)):
            assert run(site, "secret", *words).exit_code == 0
        secrets = (tmp_path / "old" / "secret").read_text()
        assert len(secrets.splitlines()) == 3
        file = tmp_path / "pulsar.backup"
        assert run(site, "backup", str(file)).exit_code == 0
        new = write("new", empty_url)
        result = run(new, "restore", str(file))
        assert result.exit_code == 0, result.output
        assert (tmp_path / "new" / "secret").read_text() == secrets
        assert feed_key(new) == before

    def test_of_before_the_secret_was_replaced(
        self, site: Path, write: Callable[..., Path], empty_url: str, tmp_path: Path
    ) -> None:
        before = feed_key(site)
        old = (tmp_path / "old" / "secret").read_text()
        file = tmp_path / "pulsar.backup"
        assert run(site, "backup", str(file)).exit_code == 0
        for words in (("add",), ("replace", "--yes"), ("forget", "--yes")):
            assert run(site, "secret", *words).exit_code == 0
        current = (tmp_path / "old" / "secret").read_text()
        new = write("new", empty_url)
        secret = tmp_path / "new" / "secret"
        secret.write_text(current)
        assert "another secret" in run(new, "restore", str(file)).stderr
        secret.write_text(current + old)
        result = run(new, "restore", str(file))
        assert result.exit_code == 0, result.output
        assert feed_key(new) == before

    @pytest.mark.parametrize("content", [None, b"", b"no archive at all"])
    def test_what_is_no_backup(
        self, site: Path, write: Callable[..., Path], empty_url: str, tmp_path: Path, content: Any
    ) -> None:
        file = tmp_path / "pulsar.backup"
        if content is not None:
            file.write_bytes(content)
        result = run(write("new", empty_url), "restore", str(file))
        assert result.exit_code == 1
        assert str(file) in result.stderr
        assert len(result.stderr.splitlines()) == 1
