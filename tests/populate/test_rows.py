"""Inserting many rows."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.classes.models import SecondaryClass
from pulsar.populate import rows


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use batches of few rows."""
    monkeypatch.setattr(rows.batches, "__defaults__", (3,))


@pytest.fixture
def sample_rows() -> list[dict[str, Any]]:
    """Rows of more than one batch."""
    return [{"name": f"Class {number}"} for number in range(7)]


class TestBatches:
    def test_sizes(self, sample_rows: Any) -> None:
        assert [len(batch) for batch in rows.batches(sample_rows)] == [3, 3, 1]
        assert [row for batch in rows.batches(sample_rows) for row in batch] == sample_rows

    def test_nothing(self) -> None:
        assert list(rows.batches([])) == []


class TestPut:
    def test_all(self, db: Session, sample_rows: Any) -> None:
        rows.put(db, SecondaryClass, iter(sample_rows))
        assert set(db.scalars(select(SecondaryClass.name))) == {row["name"] for row in sample_rows}


class TestPutForIds:
    def test_in_order(self, db: Session, sample_rows: Any) -> None:
        ids = rows.put_for_ids(db, SecondaryClass, iter(sample_rows))
        names = dict(db.execute(select(SecondaryClass.id, SecondaryClass.name)).tuples().all())
        assert [names[row_id] for row_id in ids] == [row["name"] for row in sample_rows]

    def test_statements(self, db: Session, sample_rows: Any, count_sql: Any) -> None:
        """The number of statements is small for any number of rows."""
        with count_sql() as statements:
            rows.put_for_ids(db, SecondaryClass, sample_rows)
        # SQLite returns ids in the order of the rows only if each row is a statement.
        assert len(statements) == (7 if db.get_bind().dialect.name == "sqlite" else 3)
