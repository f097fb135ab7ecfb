"""Fixtures for the tests of the core: small applications with modules of the test's own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import Any

import pytest
import structlog
from pyramid.config import Configurator
from sqlalchemy.orm import Session

from pulsar.configuration import make_configurator
from pulsar.db.session import Database
from pulsar.middleware import StripVirtualHostRoot
from pulsar.testing.backends import Backend, create_database, drop_database, forget_redis
from pulsar.testing.client import Client

Include = Callable[[Configurator], None]


@pytest.fixture
def logging() -> Iterator[None]:
    """Put the process's logging back, which every configurator sets up anew."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def configure(logging: None) -> Callable[..., Configurator]:
    """``configure(*modules, settings={})``: the core and the modules, not committed yet."""

    def make(*modules: Include, settings: dict[str, Any] | None = None) -> Configurator:
        config = make_configurator(
            {"sqlalchemy.url": "sqlite://", "pulsar.secret": "x" * 32, **(settings or {})}
        )
        for module in modules:
            config.include(module)
        return config

    return make


@pytest.fixture
def lab(
    migrated: Backend,
    connection: Any,
    pulsar_settings: dict[str, Any],
    db: Session,
    logging: None,
) -> Callable[..., Client]:
    """``lab(*modules, settings={})``: a client of the core with the modules, on the test's data."""

    def make(*modules: Include, settings: dict[str, Any] | None = None) -> Client:
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
            config.include(module)
        return Client(StripVirtualHostRoot(config.make_wsgi_app()))

    return make


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``install(name, includeme, requires=())``: pretend that only such plugins are installed."""
    found: dict[str, EntryPoint] = {}

    def add(name: str, body: Include | None = None, requires: tuple[str, ...] = ()) -> None:
        def includeme(config: Configurator) -> None:
            config.add_plugin(name, requires=requires)
            if body is not None:
                body(config)

        module = ModuleType(f"installed_{name}")
        module.includeme = includeme  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        found[name] = EntryPoint(name, module.__name__, "pulsar.plugins")

    monkeypatch.setattr("pulsar.plugins.installed", lambda: found)
    return add


@pytest.fixture
def empty(backend: Backend, logging: None) -> Iterator[dict[str, Any]]:
    """Settings of a site whose database is empty, and its own."""
    name = f"{backend.url.database}-empty"
    url = backend.url.set(database=name)
    create_database(url)
    yield {
        **backend.settings,
        "sqlalchemy.url": url.render_as_string(hide_password=False),
        "pulsar.secret": "x" * 32,
        "pulsar.log_level": "ERROR",
        "tracker.flush_interval": "0",
    }
    drop_database(url)
    forget_redis(backend)
