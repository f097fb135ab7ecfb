"""How far each journal has been written, in the transaction that writes it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from pulsar.db import utcnow

from ..models import Journal

#: Flushers of different journals write to the same members. They take turns, so that they cannot
#: deadlock, and count a snatch twice.
_LOCK = 7_462_981_043_557_120_001


def applied(session: Session, identity: str) -> int:
    """The number of the last group of the journal that is in the database, 0 if there is none."""
    found = session.scalar(select(Journal.sequence).where(Journal.identity == identity))
    return found or 0


def claim(connection: Connection, identity: str) -> int:
    """Wait for other flushers, and return the number of the last group that was written.

    Until the end of the transaction no other process can write a group of any journal. On SQLite,
    the transaction must have been begun for writing.
    """
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    insert: Any = (postgresql_insert if postgresql else sqlite_insert)(Journal)
    # The row's lock is what makes a second flusher of the journal see the sequence of the first,
    # also where the connection of the first broke and its COMMIT is still running.
    row = insert.values(identity=identity, sequence=0, updated=utcnow())
    locked = row.on_conflict_do_update(
        index_elements=["identity"], set_={"updated": row.excluded.updated}
    )
    return int(connection.scalar(locked.returning(Journal.sequence)))


def advance(connection: Connection, identity: str, sequence: int) -> None:
    """Remember that everything up to the group is written."""
    connection.execute(
        update(Journal).where(Journal.identity == identity).values(sequence=sequence)
    )
