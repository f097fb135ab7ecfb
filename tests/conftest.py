"""Fixtures for the tests of the core: small applications with modules of the test."""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import structlog
from pyramid.config import Configurator
from sqlalchemy.orm import Session

from pulsar import logs, plugins
from pulsar.configuration import make_configurator
from pulsar.db.session import Database
from pulsar.interfaces import ICache, ILifecycle
from pulsar.middleware import StripVirtualHostRoot
from pulsar.settings import Setting
from pulsar.testing.backends import (
    Backend,
    create_database,
    drop_database,
    forget_redis,
    leave_out,
)
from pulsar.testing.client import Client
from pulsar.testing.logwatch import LogWatch
from pulsar.testing.servers import RedisServer

Include = Callable[[Configurator], None]

SECRET = "a secret of at least 32 characters"


@pytest.fixture(scope="session", autouse=True)
def watched(log_watch: LogWatch) -> None:
    """The lines of applications that tests share are checked too."""
    logs.configure("INFO", pretty=False)


@contextmanager
def logging_kept() -> Iterator[None]:
    """Restore the process's logging, which every configurator sets up."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def stderr(log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """The standard error of applications that are made from now on."""
    stream = log_watch.stream()
    monkeypatch.setattr("pulsar.logs.setup.log_stream", lambda: stream)
    return stream


@pytest.fixture
def configure() -> Iterator[Callable[..., Configurator]]:
    """``configure(*modules, settings={})``: the core and the modules, not committed yet."""

    def make(*modules: Include, settings: dict[str, Any] | None = None) -> Configurator:
        config = make_configurator(
            {"sqlalchemy.url": "sqlite://", "pulsar.secret": SECRET, **(settings or {})}
        )
        for module in modules:
            module(config)
        return config

    with logging_kept():
        yield make


@pytest.fixture(scope="session")
def declared() -> dict[str, Setting[Any]]:
    """Every setting of the core and of the installed plugins."""
    with logging_kept():
        config = make_configurator(
            {
                "pulsar.plugins": " ".join(plugins.installed()),
                "pulsar.secret": SECRET,
                "sqlalchemy.url": "sqlite://",
            }
        )
        config.commit()
    entries = config.registry.introspector.get_category("pulsar settings")
    items = [entry["introspectable"] for entry in entries]
    return {item.discriminator: item["setting"] for item in items}


@pytest.fixture(scope="session")
def applications() -> dict[Any, Any]:
    """The shared applications, by their modules and settings."""
    return {}


@pytest.fixture
def bare(configure: Callable[..., Configurator], applications: dict[Any, Any]) -> Any:
    """``bare(*modules, settings={})``: a client of the core with the modules, without a database.

    Requests without a key do not need one, if their views do not.
    """

    def make(*modules: Include, settings: dict[str, Any] | None = None) -> Client:
        made_of = (modules, tuple((settings or {}).items()))
        if made_of not in applications:
            config = configure(*modules, settings={"pulsar.rate_limits": "no", **(settings or {})})
            applications[made_of] = StripVirtualHostRoot(config.make_wsgi_app())
        return Client(applications[made_of])

    return make


@pytest.fixture
def lab(
    migrated: Backend,
    connection: Any,
    pulsar_settings: dict[str, Any],
    db: Session,
    applications: dict[Any, Any],
) -> Iterator[Callable[..., Client]]:
    """``lab(*modules, settings={})``: a client of the core with the modules, on the test's data."""

    def make(*modules: Include, settings: dict[str, Any] | None = None) -> Client:
        made_of = (migrated.name, modules, tuple((settings or {}).items()))
        if made_of not in applications:
            config = make_configurator(
                {
                    **pulsar_settings,
                    **migrated.settings,
                    "database": Database(connection),
                    "pulsar.plugins": "",
                    **(settings or {}),
                }
            )
            for module in modules:
                module(config)
            applications[made_of] = StripVirtualHostRoot(config.make_wsgi_app())
            # Nothing serves the application, so its background tasks never start.
            config.registry.getUtility(ILifecycle).enabled = False
        applications[made_of].registry.getUtility(ICache).clear()
        return Client(applications[made_of])

    with logging_kept():
        yield make


@pytest.fixture
def together() -> Callable[..., list[Any]]:
    """``together(*works)``: the results of functions that are started at the same moment."""

    def run(*works: Callable[[], Any]) -> list[Any]:
        start = threading.Barrier(len(works), timeout=10)

        def begin(work: Callable[[], Any]) -> Any:
            start.wait()
            return work()

        with ThreadPoolExecutor(len(works)) as threads:
            return list(threads.map(begin, works))

    return run


@pytest.fixture
def entry_point(monkeypatch: pytest.MonkeyPatch) -> Callable[..., EntryPoint]:
    """``entry_point(name, includeme, requires=())``: an entry point of a plugin of the test."""

    def make(name: str, body: Include | None, requires: tuple[str, ...] = ()) -> EntryPoint:
        def includeme(config: Configurator) -> None:
            config.add_plugin(name, requires=requires)
            if body is not None:
                body(config)

        module = ModuleType(f"installed_{name}")
        module.includeme = includeme  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return EntryPoint(name, module.__name__, "pulsar.plugins")

    return make


@pytest.fixture
def install(
    entry_point: Callable[..., EntryPoint], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """``install(name, includeme, requires=())``: replace the installed plugins by such plugins."""
    entry_points: dict[str, EntryPoint] = {}

    def add(name: str, body: Include | None = None, requires: tuple[str, ...] = ()) -> None:
        entry_points[name] = entry_point(name, body, requires)

    monkeypatch.setattr("pulsar.plugins.installed", lambda: entry_points)
    return add


@pytest.fixture
def lab_site(
    make_site: Callable[..., Any],
    entry_point: Callable[..., EntryPoint],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Any]:
    """``lab_site(module, **settings)``: like ``lab``, as a site with real commits."""

    def make(module: Include, **settings: Any) -> Any:
        entry_points = {**plugins.installed(), "lab": entry_point("lab", module)}
        monkeypatch.setattr("pulsar.plugins.installed", lambda: entry_points)
        return make_site(**{"pulsar.plugins": "lab", **settings})

    return make


@pytest.fixture
def empty(backend: Backend) -> Iterator[dict[str, Any]]:
    """The settings of a site with a separate, empty database."""
    url = backend.url.set(database=f"{backend.url.database}-empty")
    create_database(url)
    with logging_kept():
        yield {
            **backend.settings,
            "sqlalchemy.url": url.render_as_string(hide_password=False),
            "pulsar.secret": SECRET,
            "pulsar.log_level": "ERROR",
            "tracker.flush_interval": "0",
        }
    drop_database(url)
    forget_redis(backend)


@pytest.fixture
def mypy(pytestconfig: pytest.Config, tmp_path: Path) -> Callable[..., str]:
    """``mypy("-p", "bookmarks", MYPYPATH="...")``: what mypy prints, configured as in the checkout.

    All tests share one cache, since checking the core takes long. They wait for each other, since
    mypy does not wait long for another process that writes to its cache.
    """
    cache = pytestconfig.cache.mkdir("mypy") if pytestconfig.cache else tmp_path / "mypy"

    def run(*arguments: str, **variables: str) -> str:
        with cache.with_name("mypy.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return subprocess.run(
                [sys.executable, "-m", "mypy", "--cache-dir", str(cache), *arguments],
                cwd=Path(__file__).parents[1],
                env={**os.environ, **variables},
                capture_output=True,
                text=True,
                check=False,
            ).stdout

    return run


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis that the test may stop and start."""
    binary = shutil.which("redis-server")
    if binary is None:
        leave_out("left out: there is no redis-server to start")
    redis_server = RedisServer(binary, tmp_path)
    redis_server.start()
    yield redis_server
    redis_server.stop()
