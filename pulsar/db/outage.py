"""Tells outages of the database from errors of the request or of Pulsar."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

#: PostgreSQL's read_only_sql_transaction: a standby, or default_transaction_read_only.
_READ_ONLY = "25006"
#: The last byte of an extended result code of SQLite is the primary code.
_PRIMARY = 0xFF


def is_read_only(error: DBAPIError) -> bool:
    """Whether the database currently accepts no writes."""
    driver = error.orig
    if isinstance(driver, psycopg.Error):
        return driver.sqlstate == _READ_ONLY
    code = getattr(driver, "sqlite_errorcode", None)
    return isinstance(code, int) and code & _PRIMARY == sqlite3.SQLITE_READONLY


def is_outage(error: DBAPIError) -> bool:
    """Whether the database is unavailable, full, locked or read-only."""
    return (
        isinstance(error, (OperationalError, InterfaceError))
        or error.connection_invalidated
        or is_read_only(error)
    )


@contextmanager
def unless_read_only(session: Session) -> Iterator[None]:
    """Let a reading request write incidental data, unless the database accepts no writes."""
    try:
        with session.begin_nested():
            yield
    except DBAPIError as error:
        if not is_read_only(error):
            raise
