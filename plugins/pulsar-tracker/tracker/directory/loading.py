"""The queries for the state of members and torrents."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from pulsar.secrets.models import UserSecret
from pulsar.users.models import User
from torrents.models import Torrent

#: Rows that are read from the database at once, and ids in one statement.
_BATCH = 20_000
_IDS = 5_000

_MEMBERS = select(User.id, User.enabled, User.locked, UserSecret.digest).outerjoin(
    UserSecret,
    and_(
        UserSecret.user_id == User.id,
        UserSecret.kind == "passkey",
        UserSecret.revoked.is_(None),
    ),
)
_TORRENTS = select(Torrent.id, Torrent.info_hash, Torrent.info_hash_short, Torrent.snatches).where(
    Torrent.deleted.is_(None)
)


def members(session: Session, ids: Collection[int] | None) -> Iterator[Any]:
    """``(id, enabled, locked, digest)`` of the members, by default of all."""
    return _rows(session, _MEMBERS, User.id, ids)


def torrents(session: Session, ids: Collection[int] | None) -> Iterator[Any]:
    """``(id, info_hash, info_hash_short, snatches)`` of the torrents that are not deleted."""
    return _rows(session, _TORRENTS, Torrent.id, ids)


def _rows(
    session: Session, query: Select[Any], key: Any, ids: Collection[int] | None
) -> Iterator[Any]:
    if ids is None:
        for batch in session.execute(query.execution_options(yield_per=_BATCH)).partitions():
            yield from batch
        return
    ordered = sorted(ids)
    for start in range(0, len(ordered), _IDS):
        yield from session.execute(query.where(key.in_(ordered[start : start + _IDS])))
