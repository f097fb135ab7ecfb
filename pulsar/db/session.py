"""The engine and its sessions, which join the request's transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import zope.sqlalchemy
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker
from transaction import ThreadTransactionManager
from zope.interface import implementer

from ..framework.transactions import manager
from ..interfaces import IDatabase
from ..private_files import create_private, make_private
from ..request import Request
from .following import follow_foreign_keys

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def make_engine(url: str, **options: Any) -> Engine:
    """An engine with the settings that Pulsar relies on."""
    parsed = make_url(url)
    # The parameters include password hashes, addresses and digests, which errors and echoed
    # statements must not show.
    options.setdefault("hide_parameters", True)
    if parsed.get_backend_name() != "sqlite":
        options.setdefault("pool_pre_ping", False)
        options.setdefault("pool_timeout", 10)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "postgresql":
            connect = options.setdefault("connect_args", {})
            connect.setdefault("connect_timeout", 5)
            # A server that stops responding would block its requests for a quarter of an hour.
            connect.setdefault("tcp_user_timeout", 10_000)
        return create_engine(parsed, **options)
    if "timeout" not in parsed.query:
        options.setdefault("connect_args", {"timeout": 15})
    engine = create_engine(parsed, **options)
    event.listen(engine, "do_connect", _before_sqlite_connect)
    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _before_sqlite_connect(dialect: Any, record: Any, args: list[Any], options: Any) -> None:
    """Give the file mode 0600 whatever the umask.

    SQLite creates its own files beside it with the same mode.
    """
    name = str(args[0])
    if name in ("", ":memory:") or name.startswith("file:"):
        return
    create_private(Path(name))
    for suffix in ("-wal", "-shm"):
        make_private(Path(name + suffix))


def _on_sqlite_connect(connection: Any, record: Any) -> None:
    """Turn off the driver's own, late BEGIN, with which savepoints would leak rows."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def _on_sqlite_begin(connection: Any) -> None:
    """Begin; take the write lock immediately if the session is going to write.

    A deferred transaction that reads first and writes later fails without waiting when another
    connection has written in between.
    """
    immediate = connection.get_execution_options().get("pulsar_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@implementer(IDatabase)
class Database:
    """The relational database as a service. ``engine`` may be a connection in tests."""

    def __init__(
        self, engine: Any, transaction_manager: ThreadTransactionManager = manager
    ) -> None:
        self.engine = engine
        writing = (
            engine.execution_options(pulsar_writes=True) if isinstance(engine, Engine) else engine
        )
        options: dict[str, Any] = {"expire_on_commit": False}
        if not isinstance(engine, Engine):
            options["join_transaction_mode"] = "create_savepoint"
        self._plain = {
            False: sessionmaker(engine, **options),
            True: sessionmaker(writing, **options),
        }
        self._joined = {
            False: sessionmaker(engine, **options),
            True: sessionmaker(writing, **options),
        }
        for factory in (*self._plain.values(), *self._joined.values()):
            follow_foreign_keys(factory)
        for factory in self._joined.values():
            # "changed" makes every transaction commit, so that DML by session.execute is not lost.
            zope.sqlalchemy.register(
                factory,
                initial_state=zope.sqlalchemy.datamanager.STATUS_CHANGED,
                transaction_manager=transaction_manager,
            )

    def session(self, writes: bool = False) -> Session:
        """Return a session outside of the request's transaction; the caller closes it."""
        return self._plain[writes]()

    def joined(self, writes: bool = False) -> Session:
        """Return a session that lives and ends with the thread's transaction."""
        return self._joined[writes]()


def request_session(request: Request) -> Session:
    """``request.db``: the session of the request's transaction."""
    database = request.find_service(IDatabase)
    request.cache.hold()
    # A reading request that is retried may have to write, e.g. to create a first secret.
    again = request.environ.get("retry.attempt", 0) > 0
    return database.joined(again or request.method not in _SAFE)
