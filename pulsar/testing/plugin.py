"""The pytest plugin that the tests of the core and of every plugin use.

It is loaded by entry point. A test that uses ``client``, ``db`` or ``factory`` runs twice: on
SQLite with the in-process cache, and on PostgreSQL with Redis if they are reachable. Everything
that a test commits is rolled back after it: its sessions commit to savepoints of one outer
transaction.

Mark tests of requests with invalid input, which are refused before a view runs, with
``@pytest.mark.one_backend``: they run on SQLite alone.

A plugin's ``conftest.py`` overrides ``pulsar_settings`` to change settings.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ..registry import Registry

if TYPE_CHECKING:
    from pyramid_mailer.message import Message
    from sqlalchemy.orm import Session

    from .backends import Backend
    from .client import Client
    from .factories import Factory
    from .logwatch import LogWatch
    from .sql import Statements


@pytest.fixture(scope="session", autouse=True)
def log_watch() -> Iterator[LogWatch]:
    """The log as in production, and the secrets that must not be in it."""
    from .logwatch import watching

    with watching() as watch:
        yield watch


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers", "one_backend: the outcome does not depend on the database, so SQLite is enough."
    )


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests that are marked with ``one_backend`` on SQLite alone."""
    marked = metafunc.definition.get_closest_marker("one_backend") is not None
    if marked and "backend" in metafunc.fixturenames:
        embedded = pytest.mark.parametrize("backend", ["embedded"], indirect=True)
        metafunc.definition.add_marker(embedded)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Import and collect without garbage collections, since nearly everything is kept."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Exclude all imported and collected objects from later garbage collections.

    Hundreds of applications are made afterwards, and each collection would scan the objects again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Let the applications of tests hash passwords fast, with the parameters of the factory."""
    from ..users.passwords import Passwords
    from .factories import QUICK_HASHES

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pulsar.users.Passwords", partial(Passwords, *QUICK_HASHES))
        yield


@pytest.fixture(autouse=True)
def _logs_tell_no_secrets(log_watch: LogWatch) -> Iterator[None]:
    """Fail a test whose log contains a password, hash, key, token, code or mail address."""
    yield
    leaks = log_watch.leaks()
    if leaks:
        pytest.fail("The log tells secrets:\n" + "\n".join(leaks[:5]), pytrace=False)


@pytest.fixture(scope="session", params=["embedded", "production"])
def backend(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Backend]:
    """The database and cache; every test that uses it runs once with each."""
    from . import backends

    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    if request.param == "embedded":
        chosen = backends.embedded(tmp_path_factory.mktemp("database"), worker)
    else:
        chosen = backends.production(worker)
    backends.create_database(chosen.url)
    backends.forget_redis(chosen)
    yield chosen
    backends.forget_redis(chosen)
    for url in (chosen.url, chosen.template):
        backends.drop_database(url)


@pytest.fixture(scope="session")
def pulsar_settings() -> dict[str, Any]:
    """Settings of the application under test: every installed plugin, open registration."""
    from ..plugins import installed

    return {
        "pulsar.plugins": " ".join(installed()),
        "pulsar.registration": "open",
        "pulsar.secret": "a secret that only the tests know.",
        "pulsar.rate_limits": "false",
        # All lines are written, so that they can be searched for secrets.
        "pulsar.log_level": "INFO",
        "pulsar.job_runner": "none",
        "pulsar.deferred": "inline",
        "tracker.flush_interval": "0",
    }


@pytest.fixture(scope="session")
def migrated(
    backend: Backend, pulsar_settings: dict[str, Any], request: pytest.FixtureRequest
) -> Backend:
    """The migrated backend; SQLite's database is kept in pytest's cache."""
    from .templates import migrate

    cache = getattr(request.config, "cache", None)
    migrate(backend, pulsar_settings, cache.mkdir("pulsar-migrated") if cache else None)
    return backend


@pytest.fixture(scope="session")
def connection(migrated: Backend) -> Iterator[Any]:
    """The connection that all tests with a rollback share."""
    from ..db.session import make_engine

    engine = make_engine(migrated.settings["sqlalchemy.url"])
    with engine.connect() as open_connection:
        yield open_connection
    engine.dispose()


@pytest.fixture(scope="session")
def wsgi_app(migrated: Backend, pulsar_settings: dict[str, Any], connection: Any) -> Any:
    """The application, which all tests share."""
    from .. import main
    from ..db.session import Database

    # Starting reads the database, so it gets a transaction that ends before the first test.
    with connection.begin() as started:
        app = main(
            {},
            **pulsar_settings,
            **migrated.settings,
            database=Database(connection),
        )
        app.begin_serving()
        started.rollback()
    return app


@pytest.fixture
def registry(wsgi_app: Any) -> Any:
    return wsgi_app.registry


@pytest.fixture
def db(connection: Any, registry: Registry) -> Iterator[Session]:
    """A session separate from the application's; everything is rolled back after the test."""
    from ..interfaces import ICache, IDatabase, IIPBans, IRateLimiter

    outer = connection.begin()
    registry.getUtility(ICache).clear()
    registry.getUtility(IRateLimiter).clear()
    # This also keeps them from being read in a request whose statements a test counts.
    registry.getUtility(IIPBans).read()
    with registry.getUtility(IDatabase).session(True) as session:
        yield session
    outer.rollback()


@pytest.fixture
def client(wsgi_app: Any, db: Session) -> Client:
    """A client without a key. ``client.as_key(key)`` returns one with a key."""
    from .client import Client

    return Client(wsgi_app)


@pytest.fixture
def factory(db: Session) -> Factory:
    """Makes members, classes and keys."""
    from .factories import Factory

    return Factory(db)


@pytest.fixture
def member(client: Client, factory: Factory) -> Client:
    """A client with the key of an ordinary member, named ``member``."""
    return client.as_key(factory.key(factory.user("member")))


@pytest.fixture
def staff(client: Client, factory: Factory) -> Client:
    """A client with the key of a member of the Staff class, named ``staff``."""
    return client.as_key(factory.key(factory.staff("staff")))


@pytest.fixture
def mails(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """The mails sent in the test; with this fixture the site behaves as if mail is configured."""
    from ..interfaces import IMailer

    sent: list[Message] = []
    monkeypatch.setitem(registry.settings, "pulsar.mail", "smtp")
    monkeypatch.setattr(registry.getUtility(IMailer), "deliver", sent.append)
    return sent


@pytest.fixture
def count_sql(
    connection: Any, registry: Registry
) -> Callable[[], AbstractContextManager[Statements]]:
    """``with count_sql() as statements:`` collects the SQL statements of the block."""
    from ..interfaces import IIPBans
    from .sql import counted

    def count() -> AbstractContextManager[Statements]:
        # Bans are read again every few seconds, by the next request.
        registry.getUtility(IIPBans).read()
        return counted(connection)

    return count


@pytest.fixture
def make_site(
    migrated: Backend,
    pulsar_settings: dict[str, Any],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., Any]]:
    """``make_site(**settings)``: an application on its own database, which really commits.

    For tests with several threads, connections or processes. Each call in a test is another process
    of the same site.
    """
    from .sites import Sites

    sites = Sites(migrated, pulsar_settings, tmp_path)
    yield sites.make
    sites.close()


@pytest.fixture(scope="session")
def populated(
    migrated: Backend, pulsar_settings: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """An application on its own database with some sample data; tests must only read it."""
    from ..populate.running import populate
    from .sites import Sites

    folder = tmp_path_factory.mktemp("populated")
    sites = Sites(migrated, pulsar_settings, folder, "populated")
    app = sites.make()
    populate(app.registry, 0.05, lambda title, done, total: None)
    yield app
    sites.close()
