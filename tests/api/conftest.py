"""Fixtures for tests that walk the whole API, read from its OpenAPI document.

A test with ``operation`` runs once for every endpoint, or for the endpoints for which ``covers`` of
its class is true. This includes endpoints that are added later. The input that they need is in the
``examples`` modules of their packages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from pulsar.configuration import make_configurator
from pulsar.interfaces import ICache, IDatabase
from pulsar.openapi.describe import describe
from pulsar.plugins import installed
from pulsar.testing.case import Case
from pulsar.testing.client import Client
from pulsar.testing.contract import Contract
from pulsar.testing.examples import Examples, load
from pulsar.testing.factories import Factory
from pulsar.testing.operations import Operation, operations
from pulsar.testing.site_model import World

#: The columns and the table that every use of a key changes, whatever the request is.
BOOKKEEPING = {("api_keys", "last_used"), ("api_keys", "ip"), ("users", "last_seen")}
ADDRESSES = "user_addresses"


@cache
def described() -> list[Operation]:
    """Return the endpoints of a site with every installed plugin, before any test runs."""
    config = make_configurator(
        {
            "sqlalchemy.url": "sqlite://",
            "pulsar.plugins": " ".join(installed()),
            "pulsar.secret": "x" * 32,
        }
    )
    config.commit()
    return operations(describe(config.registry))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests with an ``operation`` for each endpoint that the test's class covers."""
    if "operation" in metafunc.fixturenames:
        covers = getattr(metafunc.cls, "covers", lambda operation: True)
        metafunc.parametrize("operation", list(filter(covers, described())), ids=str)


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    """The served OpenAPI document."""
    answer: dict[str, Any] = client.get("/openapi.json", status=200).json
    return answer


@pytest.fixture(scope="session")
def contract(wsgi_app: Any) -> Contract:
    """The contract with which responses are compared."""
    return Contract(describe(wsgi_app.registry))


@pytest.fixture(scope="session")
def examples(wsgi_app: Any) -> Examples:
    """The examples of the endpoints' input."""
    return load(wsgi_app.registry)


@pytest.fixture(scope="module")
def settled(connection: Any, wsgi_app: Any, examples: Examples) -> Iterator[World]:
    """Members and objects to which paths lead. Creating them is slow, so they are shared."""
    outer = connection.begin()
    wsgi_app.registry.getUtility(ICache).clear()
    with wsgi_app.registry.getUtility(IDatabase).session(True) as session:
        world = World(Client(wsgi_app), Factory(session), session, examples)
        with world.after:
            world.person("member")
            world.person("locked", locked=True)
            world.person("disabled", enabled=False)
            world.person("denied", denials=world.permissions)
            for name in ("powerful", "capable"):
                world.person(name, grants=set(world.permissions) - {"site_god_mode"})
            for name, make in examples.parameters.items():
                if " " not in name:
                    world.once(make)
            yield world
    outer.rollback()


@pytest.fixture
def db(connection: Any, settled: World) -> Iterator[Session]:
    """The session of the shared objects. Data that a test stores is rolled back after it."""
    point = connection.begin_nested()
    settled.registry.getUtility(ICache).clear()
    yield settled.db
    # Ids of rolled back rows are used again, so the session must forget the rows.
    settled.db.commit()
    settled.db.expunge_all()
    point.rollback()


@pytest.fixture
def world(settled: World, db: Session) -> Iterator[World]:
    """The site model for one test."""
    branch = settled.branch()
    with branch.after:
        yield branch


@pytest.fixture(scope="session")
def columns(migrated: Any, connection: Any) -> dict[str, list[str]]:
    """The columns of the tables, without those that every use of a key changes."""
    inspector = inspect(connection)
    tables = {
        table: [
            column["name"]
            for column in inspector.get_columns(table)
            if (table, column["name"]) not in BOOKKEEPING
        ]
        for table in inspector.get_table_names()
        if table != ADDRESSES
    }
    connection.rollback()
    return tables


@pytest.fixture
def stored(
    db: Session, connection: Any, columns: dict[str, list[str]]
) -> Callable[[], dict[str, list[str]]]:
    """``stored()``: all data in the database, by table."""
    quote = connection.dialect.identifier_preparer.quote
    counts = [f"SELECT '{table}', COUNT(*) FROM {quote(table)}" for table in columns]
    contents = {
        table: f"SELECT {', '.join(map(quote, names))} FROM {quote(table)}"
        for table, names in columns.items()
    }
    count = " UNION ALL ".join(counts)

    def read() -> dict[str, list[str]]:
        # The driver's rows, without SQLAlchemy's conversions, because this is called very often.
        cursor = connection.connection.cursor()
        filled = [table for table, rows in cursor.execute(count).fetchall() if rows]
        rows = {table: cursor.execute(contents[table]).fetchall() for table in filled}
        cursor.close()
        return {table: sorted(map(repr, rows[table])) for table in filled}

    return read


@pytest.fixture
def case(
    operation: Operation,
    world: World,
    contract: Contract,
    stored: Callable[[], dict[str, list[str]]],
) -> Case:
    """The test case for the endpoint."""
    return Case(operation, world, contract, stored)
