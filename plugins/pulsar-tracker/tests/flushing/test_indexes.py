"""What a flush changes is in no index, and lists have the indexes that they need."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from tracker.models import PeerRow, SnatchRow

#: The columns that no flush changes, or only in the rows of few members.
KEPT = {
    "tracker_peers": {"torrent_id", "user_id", "peer_id"},
    "tracker_snatches": {"torrent_id", "user_id", "snatched_at"},
    "tracker_seeding_days": {"user_id", "day"},
}


@pytest.mark.parametrize("table", KEPT)
def test_no_index_has_a_column_that_a_flush_changes(db: Session, table: str) -> None:
    indexes = inspect(db.connection()).get_indexes(table)
    assert indexes
    assert {column for index in indexes for column in index["column_names"]} <= KEPT[table]


# SQLite's indexes on expressions cannot be reflected.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
def test_no_index_has_credit(db: Session) -> None:
    indexes = inspect(db.connection()).get_indexes("users")
    columns = {column for index in indexes for column in index["column_names"]}
    assert not columns & {"uploaded", "downloaded"}


def test_pages_have_free_space(db: Session) -> None:
    if db.connection().dialect.name == "sqlite":
        pytest.skip("SQLite updates rows in place.")
    query = text("SELECT relname FROM pg_class WHERE 'fillfactor=70' = ANY(reloptions)")
    assert set(db.scalars(query)) >= {*KEPT, "users"}


def plan(db: Session, query: Any) -> str:
    """How the database finds the rows, without reading and sorting whole tables."""
    connection = db.connection()
    statement = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
        return "\n".join(row.detail for row in rows)
    for method in ("seqscan", "sort", "bitmapscan"):
        connection.execute(text(f"SET LOCAL enable_{method} = off"))
    return "\n".join(connection.scalars(text(f"EXPLAIN {statement}")))


def test_snatches_of_a_member(db: Session) -> None:
    found = plan(
        db,
        select(SnatchRow.torrent_id)
        .where(SnatchRow.user_id == 1, SnatchRow.snatched_at.is_not(None))
        .order_by(SnatchRow.snatched_at.desc(), SnatchRow.torrent_id.desc())
        .limit(50),
    )
    assert "ix_tracker_snatches_user_id_snatched_at_torrent_id" in found
    assert "Sort" not in found
    assert "TEMP B-TREE" not in found


def test_torrents_that_a_member_seeds(db: Session) -> None:
    found = plan(db, select(PeerRow.torrent_id).where(PeerRow.user_id == 1, PeerRow.active))
    assert "ix_tracker_peers_user_id_torrent_id" in found


def test_peers_of_a_torrent(db: Session) -> None:
    found = plan(db, select(PeerRow.uploaded).where(PeerRow.torrent_id == 1, PeerRow.active))
    assert "pk_tracker_peers" in found or "sqlite_autoindex_tracker_peers_1" in found
