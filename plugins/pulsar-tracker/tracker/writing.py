"""Writing a batch of the ledger to the database, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.users.models import User
from torrents.models import Torrent

from .accounting import Batch
from .models import Flush, PeerRow, SnatchRow
from .swarms.types import PeerRecord

_USERS, _TORRENTS, _PEERS, _SNATCHES, _FLUSHES = (
    cast(Table, model.__table__) for model in (User, Torrent, PeerRow, SnatchRow, Flush)
)

_SUMS = (
    "uploaded",
    "downloaded",
    "refused_uploaded",
    "refused_downloaded",
    "seed_seconds",
    "snatches",
    "announces",
)
#: How long a flush is remembered; a batch is tried again within seconds.
_REMEMBER = timedelta(hours=1)


def write(session: Session, batch: Batch) -> None:
    """Write the batch and commit; a batch that was committed before is left alone.

    Rows are written in the order of their keys, so that two processes cannot deadlock.
    """
    if session.get(Flush, batch.id) is not None:
        return
    connection = session.connection()
    connection.execute(_FLUSHES.insert(), {"id": batch.id, "created": utcnow()})
    if batch.credits:
        connection.execute(
            update(_USERS)
            .where(_USERS.c.id == bindparam("user"))
            .values(
                uploaded=_USERS.c.uploaded + bindparam("up"),
                downloaded=_USERS.c.downloaded + bindparam("down"),
            ),
            [
                {"user": user_id, "up": credit.uploaded, "down": credit.downloaded}
                for user_id, credit in sorted(batch.credits.items())
            ],
        )
    if batch.torrents:
        table = _TORRENTS
        connection.execute(
            update(table)
            .where(table.c.id == bindparam("torrent"))
            .values(
                seeders=bindparam("complete"),
                leechers=bindparam("incomplete"),
                snatches=table.c.snatches + bindparam("more"),
            ),
            [
                {
                    "torrent": torrent_id,
                    "complete": activity.counts.complete,
                    "incomplete": activity.counts.incomplete,
                    "more": activity.snatches,
                }
                for torrent_id, activity in sorted(batch.torrents.items())
            ],
        )
    if batch.progress:
        connection.execute(_add_progress(connection.dialect.name), list(_progress(batch)))
    kept = [record._asdict() for _, record in sorted(batch.peers.items()) if record is not None]
    if kept:
        connection.execute(_put_peers(connection.dialect.name), [_columns(row) for row in kept])
    gone = sorted(key for key, record in batch.peers.items() if record is None)
    if gone:
        table = _PEERS
        connection.execute(
            delete(table).where(
                table.c.torrent_id == bindparam("torrent"),
                table.c.user_id == bindparam("user"),
                table.c.peer_id == bindparam("peer"),
            ),
            [{"torrent": torrent, "user": user, "peer": peer} for torrent, user, peer in gone],
        )
    connection.execute(delete(Flush).where(Flush.created < utcnow() - _REMEMBER))
    session.commit()


def load_peers(session: Session, since: float) -> Iterator[PeerRecord]:
    """The peers that announced since a moment, as Unix time, and kept their torrent."""
    columns = [getattr(PeerRow, name) for name in PeerRecord._fields]
    rows = session.execute(
        select(*columns)
        .join(Torrent, Torrent.id == PeerRow.torrent_id)
        .where(PeerRow.seen > since, Torrent.deleted.is_(None))
    )
    for row in rows:
        yield PeerRecord(*row)


def _progress(batch: Batch) -> Iterator[dict[str, Any]]:
    for (user_id, torrent_id), progress in sorted(batch.progress.items()):
        moment = datetime.fromtimestamp(progress.last_action, UTC)
        yield {
            "torrent_id": torrent_id,
            "user_id": user_id,
            **{name: getattr(progress, name) for name in _SUMS},
            "bytes_left": progress.left,
            "first_action": moment,
            "last_action": moment,
            "snatched_at": moment if progress.snatches else None,
        }


def _insert(dialect: str, table: Any) -> Any:
    return postgresql_insert(table) if dialect == "postgresql" else sqlite_insert(table)


def _add_progress(dialect: str) -> Any:
    """Insert a member's progress, or add to what is there."""
    table = _SNATCHES
    statement = _insert(dialect, table)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["torrent_id", "user_id"],
        set_={
            **{name: table.c[name] + new[name] for name in _SUMS},
            "bytes_left": new.bytes_left,
            "last_action": new.last_action,
            "snatched_at": func.coalesce(new.snatched_at, table.c.snatched_at),
        },
    )


def _put_peers(dialect: str) -> Any:
    """Insert a peer, or replace its state."""
    statement = _insert(dialect, _PEERS)
    keys = ("torrent_id", "user_id", "peer_id")
    return statement.on_conflict_do_update(
        index_elements=list(keys),
        set_={
            column.name: statement.excluded[column.name]
            for column in _PEERS.columns
            if column.name not in keys
        },
    )


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    row["bytes_left"] = row.pop("left")
    return row
