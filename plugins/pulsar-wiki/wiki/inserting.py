"""Inserting rows that may be there already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from pulsar.db import upsert


def insert_new(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows whose keys are free, having waited for whoever takes one just now."""
    insert = upsert(session, model)
    session.execute(insert.values(rows).on_conflict_do_nothing())
