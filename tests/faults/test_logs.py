"""The logs during failures of the database do not contain the data of requests."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from pulsar.interfaces import IDatabase
from pulsar.testing.backends import Backend
from pulsar.testing.client import Client
from pulsar.testing.servers import Proxy

NEWCOMER = {
    "username": "newcomer",
    "password": "Violet tractor 42!",
    "email": "newcomer@mail.example",
}


@pytest.fixture
def site(stderr: io.StringIO, make_site: Callable[..., Any]) -> Any:
    return make_site(**{"pulsar.mail": "none"})


def lines(stderr: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stderr.getvalue().splitlines()]


def refused(site: Any, stderr: io.StringIO, status: int = 503) -> str:
    """Register while there is a fault; return the log lines before that of the request."""
    answer = Client(site).post("/users", NEWCOMER, status=status)
    assert answer.json["status"] == "failed"
    *before, request = lines(stderr)
    assert (request["event"], request["status"]) == ("request", status)
    told = json.dumps(before)
    for value in NEWCOMER.values():
        assert value not in told
    assert "argon2" not in told
    assert before
    return told


@contextmanager
def on_connections(site: Any, *statements: str) -> Iterator[None]:
    """Make every new connection of the site begin with the statements."""
    engine = site.registry.getUtility(IDatabase).engine

    def run(connection: Any, record: Any) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.commit()

    def run_sqlite(connection: Any, record: Any) -> None:
        for statement in statements:
            connection.execute(statement)

    listener = run_sqlite if engine.dialect.name == "sqlite" else run
    engine.dispose()
    event.listen(engine, "connect", listener)
    yield
    event.remove(engine, "connect", listener)
    engine.dispose()


@pytest.fixture
def is_sqlite(backend: Backend) -> bool:
    return backend.url.get_backend_name() == "sqlite"


class TestRegistration:
    """The failing statement has a name, a hash and an address as parameters."""

    def test_read_only(self, site: Any, stderr: io.StringIO, is_sqlite: bool) -> None:
        statement = (
            "PRAGMA query_only = ON" if is_sqlite else "SET default_transaction_read_only = on"
        )
        with on_connections(site, statement):
            told = refused(site, stderr)
        assert "read" in told
        Client(site).post("/users", NEWCOMER, status=201)

    @pytest.mark.parametrize("backend", ["embedded"], indirect=True, scope="session")
    def test_full(self, site: Any, stderr: io.StringIO) -> None:
        engine = site.registry.getUtility(IDatabase).engine
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE ballast (data blob)"))
            connection.execute(
                text(
                    "CREATE TRIGGER heavy BEFORE INSERT ON users "
                    "BEGIN INSERT INTO ballast VALUES (zeroblob(1000000)); END"
                )
            )
            pages = connection.execute(text("PRAGMA page_count")).scalar()
        with on_connections(site, f"PRAGMA max_page_count = {pages}"):
            assert "full" in refused(site, stderr)

    def test_locked(
        self, site: Any, stderr: io.StringIO, is_sqlite: bool, backend: Backend
    ) -> None:
        url = site.registry.settings["sqlalchemy.url"]
        if is_sqlite:
            other = sqlite3.connect(url.partition("///")[2], isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            with on_connections(site, "PRAGMA busy_timeout = 50"):
                assert "locked" in refused(site, stderr)
            other.close()
            return
        engine = site.registry.getUtility(IDatabase).engine
        with engine.connect() as connection:
            connection.execute(text("LOCK TABLE users IN EXCLUSIVE MODE"))
            with on_connections(site, "SET lock_timeout = 50"):
                assert "LockNotAvailable 55P03" in refused(site, stderr)

    @pytest.mark.parametrize("backend", ["production"], indirect=True, scope="session")
    def test_cut(self, stderr: io.StringIO, proxy: Proxy, start: Callable[..., Any]) -> None:
        people = start()
        engine = people.registry.getUtility(IDatabase).engine

        def cut(conn: Any, cursor: Any, statement: str, *args: Any) -> None:
            if statement.startswith("INSERT INTO users"):
                proxy.cut()

        event.listen(engine, "before_cursor_execute", cut)
        told = refused(people.nobody.app, stderr)
        event.remove(engine, "before_cursor_execute", cut)
        proxy.restore()
        assert "service away" in told

    def test_constraint(self, site: Any, stderr: io.StringIO, is_sqlite: bool) -> None:
        """A constraint that no code expects, so its violation is a fault of the code."""
        engine = site.registry.getUtility(IDatabase).engine
        with engine.begin() as connection:
            connection.execute(
                text(
                    "CREATE TRIGGER broken BEFORE INSERT ON users WHEN NEW.username = 'newcomer' "
                    "BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: broken'); END"
                    if is_sqlite
                    else "ALTER TABLE users ADD CONSTRAINT broken CHECK (username <> 'newcomer')"
                )
            )
        told = refused(site, stderr, 500)
        assert "broken" in told
        assert "INSERT INTO users" in told
