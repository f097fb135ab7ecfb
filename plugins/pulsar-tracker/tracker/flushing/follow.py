"""Following a journal into the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from ..directory import record_change
from ..events import Event
from ..journal.record import Record
from . import journals, notices, postgresql, sqlite
from .batch import aggregate
from .lookups import first_snatches

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: What a row raises that the database, or a driver, cannot take.
_BAD_ROW = (DataError, IntegrityError, ValueError, ArithmeticError)


class IGroup(Protocol):
    """Records that were written to the journal together."""

    @property
    def sequence(self) -> int: ...

    @property
    def records(self) -> Sequence[Record]: ...


class IFollower(Protocol):
    """Reads a journal from its first group that is not in the database yet."""

    def read(self, limit: int) -> Sequence[IGroup]: ...


class Flusher:
    """Writes the groups of a journal to the database in their order, each exactly once.

    - ``sessions`` begins a session that writes; ``identity`` names the journal; ``release`` is
      told the number of the group up to which files may be reused.
    - ``fence`` numbers the ownership under which the records were written. A row of a peer that a
      later owner wrote is left alone, whereas sums are added by every owner.
    - ``notify`` is called with events of ``kinds`` inside the transaction (see ``IPeerEvent``).
    - ``credited`` is called after the commit with the ids of the members whose account changed.
    """

    def __init__(
        self,
        sessions: Callable[[], Session],
        identity: str,
        follower: IFollower,
        release: Callable[[int], object],
        *,
        fence: int = 0,
        limit: int = 20_000,
        notify: Callable[[Event], object] | None = None,
        kinds: notices.Kinds = frozenset(),
        credited: Callable[[Collection[int]], object] | None = None,
    ) -> None:
        self.fence = fence
        self._sessions = sessions
        self._identity = identity
        self._follower = follower
        self._release = release
        self._limit = limit
        self._notify = notify
        self._kinds = kinds if notify is not None else frozenset()
        self._credited = credited
        self._groups: Sequence[IGroup] = ()

    def step(self) -> int:
        """Write the next groups in one transaction, and return how many records they have.

        0 means that there is nothing new. Raises what the database raises. The groups are then
        tried again by the next step, which knows if they were committed nevertheless.
        """
        if not self._groups:
            self._groups = self._follower.read(self._limit)
            if not self._groups:
                return 0
        self._write()
        groups, self._groups = self._groups, ()
        self._release(groups[-1].sequence)
        records = [record for group in groups for record in group.records]
        self._report(records)
        return len(records)

    def _write(self) -> None:
        """Write the groups that are not in the database yet."""
        with self._sessions() as session:
            connection = session.connection()
            applied = journals.claim(connection, self._identity)
            groups = [group for group in self._groups if group.sequence > applied]
            if groups:
                self._apply(session, [record for group in groups for record in group.records])
                journals.advance(connection, self._identity, groups[-1].sequence)
            session.commit()

    def _apply(self, session: Session, records: Sequence[Record]) -> None:
        found: list[Event] = []

        def add(part: Sequence[Record]) -> None:
            found.extend(self._add(session, part))

        try:
            with session.begin_nested():
                add(records)
        except _BAD_ROW:
            # A member may have been removed at the same time. Otherwise a row is wrong.
            _each(session, records, add, _BAD_ROW)
        if self._notify is not None and found:
            notify = self._notify

            def tell(part: Sequence[Event]) -> None:
                for event in part:
                    notify(event)

            _each(session, found, tell, (Exception,))

    def _add(self, session: Session, records: Sequence[Record]) -> list[Event]:
        """Write the records, and return their events."""
        connection = session.connection()
        batch = aggregate(records)
        snatched = first_snatches(connection, batch)
        found = notices.events(session, records, snatched, self._kinds) if self._kinds else []
        snatches = Counter(torrent_id for torrent_id, _ in snatched)
        write = postgresql.write if connection.dialect.name == "postgresql" else sqlite.write
        write(connection, batch, snatches, self.fence)
        if snatches:
            # Their number is in the answers of the tracker.
            record_change(session, "torrent", *snatches)
        return found

    def _report(self, records: Sequence[Record]) -> None:
        if self._credited is not None:
            members = {
                record.user_id for record in records if record.credit_up or record.credit_down
            }
            if members:
                self._credited(members)


def _each(
    session: Session,
    items: Sequence[T],
    work: Callable[[Sequence[T]], Any],
    errors: tuple[type[Exception], ...],
) -> None:
    """Do the work with all items but those with which it fails, which are logged."""
    connection = session.connection()
    try:
        with session.begin_nested():
            work(items)
    except errors:
        if connection.invalidated:
            raise
        if len(items) == 1:
            log.exception("left out of the flush", item=type(items[0]).__name__)
            return
        middle = len(items) // 2
        _each(session, items[:middle], work, errors)
        _each(session, items[middle:], work, errors)
