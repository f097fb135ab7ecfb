"""Time limits of migrations on PostgreSQL, and the errors when they are reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ..settings import CoreSettings

#: SQLSTATE of PostgreSQL: lock_not_available, query_canceled.
_LOCK, _CANCELLED = "55P03", "57014"


@contextmanager
def limits(connection: Connection, settings: Mapping[str, Any]) -> Iterator[None]:
    """Limit the statements of the connection. Raises CommandError when a limit is reached."""
    lock, statement = (
        CoreSettings.migration_lock_timeout.read(settings),
        CoreSettings.migration_statement_timeout.read(settings),
    )
    if connection.dialect.name == "postgresql":
        # The settings last as long as the connection, so it must not return to the pool.
        connection.detach()
        connection.exec_driver_sql(f"SET lock_timeout = {lock * 1000:.0f}")
        connection.exec_driver_sql(f"SET statement_timeout = {statement * 1000:.0f}")
        # Alembic commits only its own transactions.
        connection.commit()
    try:
        yield
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state == _LOCK or "database is locked" in str(error.orig):
            waited = f"{lock:g} seconds (pulsar.migration_lock_timeout)"
            raise CommandError(
                "Another connection holds a lock that the migration needs, for more than "
                f"{waited if state == _LOCK else '15 seconds'}. What was begun is rolled back. "
                "Stop the site and its workers, and try again."
            ) from error
        if state == _CANCELLED:
            raise CommandError(
                f"A statement of the migration took more than {statement:g} seconds. What was "
                "begun is rolled back. Raise pulsar.migration_statement_timeout, and try again."
            ) from error
        raise
