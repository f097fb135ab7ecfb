"""The thread that keeps the directory current."""

from __future__ import annotations

import selectors
import socket
import threading
from typing import Any

import psycopg
import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from zope.interface import implementer

from pulsar.interfaces import IBackgroundTask

from .directory import Directory
from .triggers import CHANNEL

log = structlog.get_logger(__name__)

#: Seconds between two reads of the changes if nothing wakes the follower.
_POLL = 1.0
#: How many seconds to wait for the thread to end.
_PATIENCE = 30


@implementer(IBackgroundTask)
class Follower:
    """Loads the directory, and catches up when the database notifies it, or after a second.

    Without an engine of its own, as in tests that roll back, it only loads: two threads cannot use
    one connection.
    """

    def __init__(self, directory: Directory, engine: Any, poll: float = _POLL) -> None:
        self._directory = directory
        self._engine: Engine | None = engine if isinstance(engine, Engine) else None
        self._poll = poll
        self._listener: Listener | None = None
        self._away = False
        self._wake, self._woken = socket.socketpair()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="tracker directory", daemon=True)

    def start(self) -> None:
        """Load, and follow from then on. Raises what `Directory.load` raises."""
        self._directory.load()
        if self._engine is not None:
            self._thread.start()

    def stop(self) -> None:
        """Stop following at once; the directory stays as it is."""
        self._stopping = True
        self._wake.send(b"\0")
        if self._thread.ident is not None:
            self._thread.join(_PATIENCE)
        self._wake.close()
        self._woken.close()

    def check(self) -> None:
        """Raise RuntimeError if the thread has ended."""
        if self._engine is not None and not self._thread.is_alive():
            raise RuntimeError("the thread of the tracker's directory has ended")

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._follow()
                self._wait()
            except (SQLAlchemyError, psycopg.Error) as error:
                if not self._away:
                    log.warning("directory cannot follow changes", error=type(error).__name__)
                self._fail()
            except Exception:
                # The thread must continue after any error.
                log.exception("directory cannot follow changes")
                self._fail()
        self._close()

    def _fail(self) -> None:
        self._away = True
        self._close()
        self._wait()

    def _follow(self) -> None:
        """Listen, then read, so that nothing falls between the two."""
        engine = self._engine
        if engine is not None and engine.dialect.name == "postgresql":
            if self._listener is None:
                self._listener = Listener(engine)
            self._listener.drain()
        self._directory.catch_up()
        if self._away:
            log.info("directory follows changes again")
        self._away = False

    def _wait(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            if self._listener is not None:
                selector.register(self._listener, selectors.EVENT_READ)
            selector.select(self._poll)

    def _close(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()


class Listener:
    """A connection that PostgreSQL notifies of new changes."""

    def __init__(self, engine: Engine) -> None:
        # Made by the engine with its settings, and then taken out of its pool for good.
        self._pooled = engine.raw_connection()
        self._pooled.detach()
        self._connection: psycopg.Connection = self._pooled.dbapi_connection  # type: ignore[assignment]
        self._connection.autocommit = True
        self._connection.execute(f"LISTEN {CHANNEL}")

    def fileno(self) -> int:
        return self._connection.fileno()

    def drain(self) -> None:
        """Take the notifications, which say nothing but that there is something to read."""
        for _ in self._connection.notifies(timeout=0):
            pass

    def close(self) -> None:
        self._pooled.close()
