"""INSERT with a rule for rows that already exist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session


def upsert(session: Session, table: Any) -> Any:
    """An INSERT into a table or model, with ``on_conflict_do_update`` and ``…_do_nothing``."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    return (postgresql_insert if postgresql else sqlite_insert)(table)


def insert_new(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows whose keys are free; wait for transactions that insert the same keys."""
    if rows:
        session.execute(upsert(session, table).on_conflict_do_nothing(), rows)
