"""Inserting many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

#: The number of rows that are held in memory and inserted at once.
BATCH = 1_000

Row = dict[str, Any]


def batches(rows: Iterable[Row], size: int = BATCH) -> Iterator[list[Row]]:
    """Yield the rows in lists of at most ``size``."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


def put(session: Session, model: type[Any], rows: Iterable[Row]) -> None:
    """Insert rows whose ids are not needed."""
    for batch in batches(rows):
        session.execute(insert(model), batch)


def put_for_ids(session: Session, model: type[Any], rows: Iterable[Row]) -> list[int]:
    """Insert rows, and return their ids in the order of the rows."""
    ids: list[int] = []
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    for batch in batches(rows):
        batch_ids: Sequence[int] = session.scalars(statement, batch).all()
        ids += batch_ids
    return ids
