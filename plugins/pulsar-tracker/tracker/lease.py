"""Who runs the swarms: a lease in the database, with a number that fences off former holders."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Float, String, and_, cast, false, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from pulsar.db import Base, upsert

#: Part of the lease's time after which the holder stops relying on it, for clocks of other speeds.
_SAFE = 0.9
_NO_SYNC = {"synchronize_session": False}

if hasattr(time, "CLOCK_BOOTTIME"):

    def _clock() -> float:
        """Seconds that cannot be set, and that go on while the machine sleeps."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

else:
    _clock = time.monotonic


class LeaseRow(Base):
    """The holder of a shard. ``fence`` grows with each change of holder.

    ``expires`` is Unix time by the clock of the database.
    """

    __tablename__ = "tracker_leases"

    shard: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))
    fence: Mapped[int] = mapped_column(BigInteger)
    expires: Mapped[float] = mapped_column(Float(53))


class _Seen(NamedTuple):
    """The lease of another holder, and when it was first seen in this state."""

    fence: int
    expires: float
    at: float


class Lease:
    """The right of one process to run the swarms of a shard for some seconds.

    All processes must use the same ``seconds``, and renew a few times in them. Errors of the
    database are SQLAlchemyError; the lease is held until its time is over nevertheless. Should the
    clock of the database jump, a second process may get the lease early: writes that call
    :meth:`confirm` are safe from that too.
    """

    def __init__(
        self, sessions: Callable[[], Session], shard: str, holder: str, seconds: float
    ) -> None:
        """``sessions`` makes sessions that may write.

        ``holder`` names something that one process can have at a time, such as its journal: a
        process that has it takes the lease over from the one that had it before, at once.
        """
        #: The number of the lease, or None if this process does not have it.
        self.fence: int | None = None
        #: May be changed until the lease is acquired. A new object would forget how long it has
        #: seen a holder that does nothing.
        self.name = holder
        self._sessions = sessions
        self._shard = shard
        self._seconds = seconds
        self._until = -math.inf
        self._seen: _Seen | None = None

    def held(self) -> bool:
        """Whether the lease is certainly held; asks nobody."""
        return _clock() < self._until

    def acquire(self) -> int | None:
        """Take the lease if it is free, or renew it. Returns its number, or None."""
        if self.fence is not None and self.renew():
            return self.fence
        began = _clock()
        with self._sessions() as session:
            now = _now(session)
            fence = self._take(session, now, began) or self._insert(session, now)
            if fence is None:
                self._observe(session, began)
            session.commit()
        if fence is not None:
            self._hold(fence, began)
        return fence

    def renew(self) -> bool:
        """Hold the lease for its time again. False if another process has got it."""
        began = _clock()
        with self._sessions() as session:
            statement = update(LeaseRow).where(self._own()).returning(LeaseRow.fence)
            fence = session.scalar(
                statement.values(expires=_now(session) + self._seconds), execution_options=_NO_SYNC
            )
            session.commit()
        if fence is None:
            self._lose()
            return False
        self._hold(fence, began)
        return True

    def release(self) -> None:
        """Let another process have the lease at once. It must not run swarms any more by then."""
        own = self._own()
        self._lose()
        with self._sessions() as session:
            session.execute(
                update(LeaseRow).where(own).values(expires=0.0), execution_options=_NO_SYNC
            )
            session.commit()

    def holder(self) -> str | None:
        """The name of the process that has the lease, or None if it is free."""
        with self._sessions() as session:
            query = select(LeaseRow.holder).where(LeaseRow.shard == self._shard)
            return session.scalar(query.where(LeaseRow.expires > _now(session)))

    def confirm(self, session: Session) -> bool:
        """Whether this process is still the holder; no other can be until the session's commit.

        Call it first in a transaction whose writes only the holder may do.
        """
        query = select(LeaseRow.fence).where(self._own()).with_for_update(read=True)
        return session.scalar(query) is not None

    def _own(self) -> Any:
        """The condition that nobody has taken the lease since."""
        if self.fence is None:
            return false()
        return and_(LeaseRow.shard == self._shard, LeaseRow.fence == self.fence)

    def _take(self, session: Session, now: Any, began: float) -> int | None:
        """Take an expired lease, or one whose holder did nothing for the time of a lease."""
        free = or_(LeaseRow.expires <= now, LeaseRow.holder == self.name)
        seen = self._seen
        if seen is not None and began - seen.at > self._seconds:
            # The clock of the database may have been set back.
            free = or_(free, and_(LeaseRow.fence == seen.fence, LeaseRow.expires == seen.expires))
        statement = (
            update(LeaseRow)
            .where(LeaseRow.shard == self._shard, free)
            .values(holder=self.name, fence=LeaseRow.fence + 1, expires=now + self._seconds)
            .returning(LeaseRow.fence)
        )
        fence: int | None = session.scalar(statement, execution_options=_NO_SYNC)
        return fence

    def _insert(self, session: Session, now: Any) -> int | None:
        statement = upsert(session, LeaseRow).values(
            shard=self._shard, holder=self.name, fence=1, expires=now + self._seconds
        )
        returning = statement.on_conflict_do_nothing().returning(LeaseRow.fence)
        fence: int | None = session.scalar(returning)
        return fence

    def _observe(self, session: Session, began: float) -> None:
        query = select(LeaseRow.fence, LeaseRow.expires).where(LeaseRow.shard == self._shard)
        fence, expires = session.execute(query).one()
        if self._seen is None or (self._seen.fence, self._seen.expires) != (fence, expires):
            self._seen = _Seen(fence, expires, began)

    def _hold(self, fence: int, began: float) -> None:
        self.fence = fence
        self._until = began + self._seconds * _SAFE
        self._seen = None

    def _lose(self) -> None:
        self.fence = None
        self._until = -math.inf


def _now(session: Session) -> Any:
    """Unix time by the clock of the database, also in the middle of a transaction."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.extract("epoch", func.clock_timestamp()), Float(53))
    return (func.julianday("now") - 2440587.5) * 86400.0
