"""Writing a batch of the ledger to the database, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Table,
    bindparam,
    case,
    delete,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.users.credit import credited
from pulsar.users.models import User
from torrents.models import Torrent

from .accounting import Batch
from .models import Flush, PeerRow, SnatchRow
from .protocol.query import MAX_NUMBER
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

    One entry must not keep all others from being written: sums stop at the largest number, and
    what belongs to a member or a torrent that was removed for good is left out. Rows are written
    in the order of their keys, so that two processes cannot deadlock.
    """
    connection = session.connection()
    dialect = connection.dialect.name
    # Waits where the first try is still being committed on a connection that broke.
    first = connection.scalar(
        _insert(dialect, _FLUSHES).on_conflict_do_nothing().returning(_FLUSHES.c.id),
        {"id": batch.id, "created": utcnow()},
    )
    if first is None:
        return
    if batch.credits:
        connection.execute(
            update(_USERS)
            .where(_USERS.c.id == bindparam("user"))
            .values(
                **credited(bindparam("up", type_=BigInteger), _USERS, MAX_NUMBER),
                downloaded=_plus(_USERS.c.downloaded, bindparam("down", type_=BigInteger)),
            ),
            [
                {
                    "user": user_id,
                    "up": min(credit.uploaded, MAX_NUMBER),
                    "down": min(credit.downloaded, MAX_NUMBER),
                }
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
        connection.execute(_add_progress(dialect), list(_progress(batch)))
    rows = [record._asdict() for _, record in sorted(batch.peers.items()) if record is not None]
    if rows:
        connection.execute(_put_peers(dialect), [_columns(row) for row in rows])
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


def load_peers(session: Session) -> Iterator[PeerRecord]:
    """All peers that were kept."""
    columns = [getattr(PeerRow, name) for name in PeerRecord._fields]
    for row in session.execute(select(*columns)):
        yield PeerRecord(*row)


def _progress(batch: Batch) -> Iterator[dict[str, Any]]:
    for (user_id, torrent_id), progress in sorted(batch.progress.items()):
        moment = datetime.fromtimestamp(progress.last_action, UTC)
        yield {
            "torrent_id": torrent_id,
            "user_id": user_id,
            **{name: min(getattr(progress, name), _most(_SNATCHES.c[name])) for name in _SUMS},
            "bytes_left": progress.left,
            "first_action": moment,
            "last_action": moment,
            "snatched_at": moment if progress.snatches else None,
        }


def _insert(dialect: str, table: Any) -> Any:
    return postgresql_insert(table) if dialect == "postgresql" else sqlite_insert(table)


def _insert_of_known(dialect: str, table: Any) -> Any:
    """Insert rows given by parameters, but those whose member or torrent is gone."""
    row = {column.name: bindparam(column.name, type_=column.type) for column in table.columns}
    existing: Select[Any] = select(*row.values()).where(
        exists().where(_USERS.c.id == row["user_id"]),
        exists().where(_TORRENTS.c.id == row["torrent_id"]),
    )
    return _insert(dialect, table).from_select(list(row), existing)


def _most(column: ColumnElement[int]) -> int:
    """The largest number that the column holds."""
    return MAX_NUMBER if isinstance(column.type, BigInteger) else 2**31 - 1


def _plus(column: ColumnElement[int], more: ColumnElement[int]) -> ColumnElement[int]:
    """The sum of two numbers that are not negative, at most what the column holds."""
    return case((column > _most(column) - more, _most(column)), else_=column + more)


def _add_progress(dialect: str) -> Any:
    """Insert a member's progress, or add to what is there."""
    table = _SNATCHES
    statement = _insert_of_known(dialect, table)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["torrent_id", "user_id"],
        set_={
            **{name: _plus(table.c[name], new[name]) for name in _SUMS},
            "bytes_left": new.bytes_left,
            "last_action": new.last_action,
            "snatched_at": func.coalesce(new.snatched_at, table.c.snatched_at),
        },
    )


def _put_peers(dialect: str) -> Any:
    """Insert a peer, or replace its state."""
    statement = _insert_of_known(dialect, _PEERS)
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
