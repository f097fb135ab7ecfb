"""The databases and caches that the tests run on: the embedded ones, and the production ones."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import URL, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

DATABASE_URL = "postgresql+psycopg://postgres@127.0.0.1:5432/pulsar-testing"
REDIS_URL = "redis://127.0.0.1:6379/0"


@dataclass(frozen=True, slots=True)
class Backend:
    """A database, and optionally Redis; ``worker`` separates parallel test processes."""

    name: str
    url: URL
    redis_url: str | None
    worker: str

    @property
    def settings(self) -> dict[str, Any]:
        """The settings with which the application uses the backend."""
        settings = {"sqlalchemy.url": self.url.render_as_string(hide_password=False)}
        if self.redis_url:
            settings["pulsar.cache"] = "redis"
            settings["pulsar.redis_url"] = self.redis_url
            settings["pulsar.redis_prefix"] = f"pulsar-testing:{self.worker}:"
        return settings

    @property
    def template(self) -> URL:
        """The migrated database again, for copies: the server copies no database that is in use."""
        return self.url.set(database=f"{self.url.database}-template")


def embedded(folder: Path, worker: str) -> Backend:
    """SQLite and memory, which need no services."""
    url = URL.create("sqlite", database=str(folder / "pulsar-testing.sqlite"))
    return Backend("embedded", url, None, worker)


def production(worker: str) -> Backend:
    """PostgreSQL and Redis; skip if they are not reachable, and fail in CI."""
    try:
        return _asked(worker)
    except (SQLAlchemyError, RedisError) as error:
        leave_out(f"left out: PostgreSQL and Redis do not answer ({type(error).__name__})")


def answering(worker: str) -> Backend | None:
    """PostgreSQL and Redis, or None if they are not reachable."""
    try:
        return _asked(worker)
    except (SQLAlchemyError, RedisError):
        return None


def _asked(worker: str) -> Backend:
    """The production backend after a connection. Raises SQLAlchemyError or RedisError."""
    url = make_url(os.environ.get("PULSAR_TEST_DATABASE_URL", DATABASE_URL))
    redis_url = os.environ.get("PULSAR_TEST_REDIS_URL", REDIS_URL)
    with _server(url) as connection:
        connection.execute(text("SELECT 1"))
    Redis.from_url(redis_url, socket_connect_timeout=2).ping()
    name = url.database if worker == "main" else f"{url.database}-{worker}"
    return Backend("production", url.set(database=name), redis_url, worker)


def leave_out(sentence: str) -> NoReturn:
    """Skip because a service is missing; fail in CI, where every service must be available."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@contextmanager
def _server(url: URL) -> Iterator[Any]:
    """A connection to the server, outside of the test database and of transactions."""
    with _engine(
        url.set(database="postgres", drivername="postgresql+psycopg")
    ).connect() as connection:
        yield connection


@cache
def _engine(url: URL) -> Engine:
    """Created once, since an engine queries the server before the first connection."""
    return create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": 3},
        poolclass=NullPool,
    )


def create_database(url: URL, template: URL | None = None) -> None:
    """Create the database, empty or as a copy; SQLite creates an empty file by itself."""
    drop_database(url)
    if url.get_backend_name() == "postgresql":
        with _server(url) as connection:
            copied = f' TEMPLATE "{template.database}"' if template else ""
            connection.execute(text(f'CREATE DATABASE "{url.database}"{copied}'))
    elif template:
        shutil.copyfile(str(template.database), str(url.database))


def drop_database(url: URL) -> None:
    if url.get_backend_name() == "postgresql":
        with _server(url) as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)'))
        return
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{url.database}{suffix}").unlink()


def forget_redis(backend: Backend) -> None:
    """Delete the data of the tests in Redis."""
    if backend.redis_url:
        client: Redis = Redis.from_url(backend.redis_url)
        keys = list(client.scan_iter(f"{backend.settings['pulsar.redis_prefix']}*", count=1000))
        if keys:
            client.delete(*keys)
        client.close()
