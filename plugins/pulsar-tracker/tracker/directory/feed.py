"""Recording changes, and reading them so that none is missed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

from sqlalchemy import delete, func, insert, literal, select, text
from sqlalchemy.orm import Session

from pulsar.db import utcnow

from .models import Change

Kind = Literal["torrent", "user"]
#: The subject of a change of all members or torrents.
_ALL = 0
_PURGE = "purge"


class News(NamedTuple):
    """The ids that changed since a mark, and the new mark; everything changed if ``reload``."""

    mark: str
    users: set[int]
    torrents: set[int]
    reload: bool = False


class Feed(Protocol):
    """Reads changes. A mark says which of them were read; it is text, and belongs to its feed."""

    def mark(self, session: Session) -> str:
        """The mark of a follower that has read all changes that are visible now."""

    def read(self, session: Session, mark: str) -> News:
        """The changes since the mark, in one statement."""

    def purge(self, session: Session, before: datetime) -> None:
        """Delete older changes; a follower that had not read them is told to reload."""


def feed_of(session: Session) -> Feed:
    return PostgreSQLFeed() if _is_postgresql(session) else SQLiteFeed()


def record_change(session: Session, kind: Kind, *ids: int) -> None:
    """Let the directory read members or torrents again after the commit, without ids all of them.

    For plugins whose rates or policies changed: triggers record all other changes.
    """
    _insert(session, kind, ids or (_ALL,))


class PostgreSQLFeed:
    """A mark is a snapshot: the changes since then are those that it does not show.

    Ids and times do not say what is new, because a transaction may commit after a later one.
    """

    _READ = text(
        "SELECT CAST(now.snapshot AS text), change.kind, change.subject_id "
        "FROM (SELECT pg_current_snapshot() AS snapshot) AS now "
        "LEFT JOIN tracker_changes AS change ON (change.xid >= :xmin "
        "AND NOT pg_visible_in_snapshot(CAST(CAST(change.xid AS text) AS xid8), "
        "CAST(:mark AS pg_snapshot))) "
        # A snapshot does not say what its own transaction had written.
        "OR change.xid = CAST(CAST(pg_current_xact_id_if_assigned() AS text) AS bigint)"
    )

    def mark(self, session: Session) -> str:
        return str(session.scalar(text("SELECT CAST(pg_current_snapshot() AS text)")))

    def read(self, session: Session, mark: str) -> News:
        xmin, xmax = self._bounds(mark)
        rows = session.execute(self._READ, {"xmin": xmin, "mark": mark}).all()
        newest = rows[0][0]
        # A database that was restored begins again with lower numbers.
        return _news(newest, rows, xmin, self._bounds(newest)[1] < xmax)

    def purge(self, session: Session, before: datetime) -> None:
        _purge(session, Change.xid, before)

    @staticmethod
    def _bounds(mark: str) -> tuple[int, int]:
        """The oldest transaction that was running, and the first that had not begun."""
        xmin, xmax, _ = mark.split(":")
        return int(xmin), int(xmax)


class SQLiteFeed:
    """A mark is the id of the last change: transactions commit one after the other."""

    _READ = text(
        "SELECT now.newest, change.kind, change.subject_id FROM ("
        "SELECT coalesce(max(seq), 0) AS newest FROM sqlite_sequence "
        "WHERE name = 'tracker_changes') AS now "
        "LEFT JOIN tracker_changes AS change ON change.id > :mark"
    )

    def mark(self, session: Session) -> str:
        return str(session.execute(self._READ, {"mark": 0}).scalars().first())

    def read(self, session: Session, mark: str) -> News:
        rows = session.execute(self._READ, {"mark": int(mark)}).all()
        newest = rows[0][0]
        return _news(str(newest), rows, int(mark) + 1, newest < int(mark))

    def purge(self, session: Session, before: datetime) -> None:
        _purge(session, Change.id, before)


def _news(mark: str, rows: Iterable[Any], unread: int, reload: bool) -> News:
    """The rows as News; changes from the number ``unread`` on may not have been read."""
    users: set[int] = set()
    torrents: set[int] = set()
    for _, kind, subject in rows:
        if kind == _PURGE:
            reload |= subject >= unread
        elif subject == _ALL:
            reload = True
        elif kind == "user":
            users.add(subject)
        elif kind == "torrent":
            torrents.add(subject)
    return News(mark, users, torrents, reload)


def _purge(session: Session, number: Any, before: datetime) -> None:
    """Delete older changes, and leave a row with the highest number among them.

    The next purge deletes that row too, but leaves one again.
    """
    last = session.scalar(select(func.max(number)).where(Change.created < before))
    if last is not None:
        session.execute(delete(Change).where(Change.created < before, number <= last))
        _insert(session, _PURGE, (last,))


def _insert(session: Session, kind: str, ids: Iterable[int]) -> None:
    xid: Any = literal(0)
    if _is_postgresql(session):
        xid = text("CAST(CAST(pg_current_xact_id() AS text) AS bigint)")
    session.execute(
        insert(Change).values(xid=xid),
        [{"kind": kind, "subject_id": each, "created": utcnow()} for each in ids],
    )


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
