"""Failed logins make an account and an address wait, longer each time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..db import insert_new, utcnow
from ..interfaces import IDatabase
from ..network import network_of
from .errors import LoginBlocked
from .models import LoginFailures


class Attempt:
    """One try to log in to an account, which need not exist, from an address.

    The rows are read and written in sessions outside of the request's transaction, so that what a
    failing request counts is kept, and never while a password is verified. How the try ended
    counts only if nobody else's failure has blocked the account or the address meanwhile: of any
    number of parallel guesses no more are answered than of as many in a row.

    Begin before ``request.db`` is used: SQLite has one writer.
    """

    def __init__(self, registry: Any, username: str, address: str) -> None:
        """Raises LoginBlocked."""
        self._database = registry.getUtility(IDatabase)
        self._delays: tuple[int, ...] = registry.settings["pulsar.login_delays"]
        self._decay = timedelta(seconds=registry.settings["pulsar.login_decay"])
        self._account = f"account:{username.lower()}"
        # In the order in which they are locked, for all attempts the same.
        self._subjects = (self._account, f"address:{network_of(address)}")
        self.require_open()

    def require_open(self) -> bool:
        """Raise LoginBlocked while one has to wait; whether the account has failures."""
        with self._database.session() as session:
            rows = session.scalars(self._rows()).all()
        _raise_blocked(rows)
        return any(row.subject == self._account for row in rows)

    def failed(self) -> None:
        """Count a failure. Raises LoginBlocked."""
        with self._database.session(True) as session:
            self._make_rows(session)
            rows = session.scalars(self._rows().with_for_update()).all()
            _raise_blocked(rows)
            now = utcnow()
            for row in rows:
                row.failures = min(self._left(row, now) + 1, len(self._delays))
                row.last_failure = now
                row.blocked_until = now + timedelta(seconds=self._delays[row.failures - 1])
            session.commit()

    def succeeded(self) -> None:
        """Forget the account's failures; the address's stay. Raises LoginBlocked."""
        if self.require_open():
            with self._database.session(True) as session:
                session.execute(
                    delete(LoginFailures).where(
                        LoginFailures.subject == self._account,
                        LoginFailures.blocked_until <= utcnow(),
                    )
                )
                session.commit()

    def _rows(self) -> Any:
        return (
            select(LoginFailures)
            .where(LoginFailures.subject.in_(self._subjects))
            .order_by(LoginFailures.subject)
        )

    def _make_rows(self, session: Session) -> None:
        now = utcnow()
        new = {"failures": 0, "last_failure": now, "blocked_until": now}
        rows = [{"subject": subject, **new} for subject in self._subjects]
        insert_new(session, LoginFailures, rows)

    def _left(self, row: LoginFailures, now: datetime) -> int:
        """The failures that are not forgotten yet.

        Only time in which one might have failed counts: an hour of waiting that took one off would
        keep everybody from ever reaching the longer delays.
        """
        forgotten = max(now - row.blocked_until, timedelta()) // self._decay
        return max(0, row.failures - forgotten)


def _raise_blocked(rows: Sequence[LoginFailures]) -> None:
    """Raise LoginBlocked where one of the rows still makes wait."""
    now = utcnow()
    # A failure without delay blocks nobody, even if the clock of who counted it is ahead.
    waits = [row.blocked_until - now for row in rows if row.blocked_until > row.last_failure]
    longest = max(waits, default=timedelta()).total_seconds()
    if longest > 0:
        raise LoginBlocked(math.ceil(longest))


def forget_old(registry: Any) -> None:
    """Job: drop what has been forgotten long since."""
    settings = registry.settings
    longest = settings["pulsar.login_decay"] * len(settings["pulsar.login_delays"])
    oldest = utcnow() - timedelta(seconds=longest)
    with registry.getUtility(IDatabase).session(True) as session:
        session.execute(
            delete(LoginFailures).where(
                LoginFailures.last_failure < oldest, LoginFailures.blocked_until < oldest
            )
        )
        session.commit()
