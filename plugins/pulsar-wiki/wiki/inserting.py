"""Inserting rows that may be there already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session


def insert_new(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows whose keys are free, having waited for whoever takes one just now."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql_insert(model) if postgresql else sqlite_insert(model)
    session.execute(insert.values(rows).on_conflict_do_nothing())
