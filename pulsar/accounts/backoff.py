"""Delays after failed logins, for accounts and networks. They grow with each failure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from ..db import insert_new, upsert, utcnow
from ..interfaces import IDatabase
from ..metrics import count
from ..network import network_of
from ..registry import Registry
from ..settings import CoreSettings
from .errors import LoginBlocked
from .models import LoginFailures

#: How long a network is trusted after a password reset from that network.
_TRUSTED = timedelta(days=1)


class Attempt:
    """An attempt to authenticate with the password of an account, which need not exist.

    Failures are counted by subject. An attempt from a network from which the member logged in
    before is delayed only by failures of this account from this network, so that strangers
    elsewhere cannot lock the member out. Any other attempt is also delayed by the failures of the
    network over all accounts, and by those of the account from all such networks after a number
    without delay. If a member who is logged in confirms a change, only failures of such
    confirmations count.

    :meth:`begin` comes before the password is verified, and :meth:`failed` or :meth:`succeeded`
    after it. Both sides read the rows: the result of an attempt counts only if no other failure has
    blocked one of the subjects meanwhile, so that parallel guesses get no more answers than
    sequential ones.

    Failures are written in a session of their own, so that those of refused requests are stored.
    It must end before ``request.db`` is used, because SQLite allows one writer.
    """

    def __init__(
        self,
        registry: Registry,
        username: str,
        address: str | None,
        *,
        familiar: bool = False,
        caller_id: int | None = None,
    ) -> None:
        """``familiar`` is whether the member has logged in from the network before.

        ``caller_id`` is the account's id if its member is logged in.
        """
        settings = registry.settings
        self._registry = registry
        self._database = registry.getUtility(IDatabase)
        self._delays: tuple[int, ...] = CoreSettings.login_delays.read(settings)
        self._decay = timedelta(seconds=CoreSettings.login_decay.read(settings))
        self._account = f"account:{username.lower()}"
        self._allowance: int = CoreSettings.login_account_allowance.read(settings)
        network = network_of(address)
        #: The subject whose failures are deleted after a success.
        self._own = _subject("place", username, network)
        self._trust = _subject("trust", username, network)
        if caller_id is not None:
            self._own = f"confirm:{caller_id}"
            self._subjects: tuple[str, ...] = (self._own,)
        elif familiar:
            self._subjects = (self._own,)
        else:
            self._subjects = (self._account, f"address:{network}", self._own)
        #: Whether there were failures at the beginning that a success deletes.
        self.has_failures = False

    def begin(self, session: Session) -> None:
        """Read the failures from before the attempt. Raises LoginBlocked."""
        self.has_failures = self.require_open(session)

    def require_open(self, session: Session) -> bool:
        """Raise LoginBlocked during a delay; else return whether there are failures to delete."""
        rows = session.scalars(_rows((*self._subjects, self._trust))).all()
        now = utcnow()
        if any(row.subject == self._trust and row.blocked_until > now for row in rows):
            self._subjects = (self._own,)
        _raise_blocked([row for row in rows if row.subject in self._subjects])
        return any(row.subject == self._own for row in rows)

    def failed(self) -> None:
        """Count a failure. Raises LoginBlocked."""
        with self._database.session(True) as session:
            self._make_rows(session)
            rows = session.scalars(_rows(self._subjects).with_for_update()).all()
            _raise_blocked(rows)
            now = utcnow()
            for row in rows:
                delays = self._delays
                if row.subject == self._account:
                    delays = (0,) * self._allowance + delays
                row.failures = min(self._left(row, now) + 1, len(delays))
                row.last_failure = now
                row.blocked_until = now + timedelta(seconds=delays[row.failures - 1])
            session.commit()
        count(self._registry, "failed_logins")

    def succeeded(self, session: Session) -> None:
        """Delete the account's failures from this network; others stay. Raises LoginBlocked.

        The caller commits. Nothing is written if the attempt began without failures.
        """
        self.require_open(session)
        if self.has_failures:
            session.execute(
                delete(LoginFailures).where(
                    LoginFailures.subject == self._own,
                    LoginFailures.blocked_until <= utcnow(),
                ),
                execution_options={"synchronize_session": False},
            )

    def _make_rows(self, session: Session) -> None:
        now = utcnow()
        new = {"failures": 0, "last_failure": now, "blocked_until": now}
        rows = [{"subject": subject, **new} for subject in self._subjects]
        insert_new(session, LoginFailures, rows)

    def _left(self, row: LoginFailures, now: datetime) -> int:
        """Return the number of failures that have not expired yet.

        Failures do not expire during delays. If an hour of waiting removed one, the longer delays
        would never be reached.
        """
        forgotten = max(now - row.blocked_until, timedelta()) // self._decay
        return max(0, row.failures - forgotten)


def trust(session: Session, username: str, address: str | None) -> None:
    """Allow the member to log in from the network for a day, regardless of strangers' failures.

    This is for members who have just proved access to the account's mail. Only a digest is stored,
    because the addresses of some members are not recorded.
    """
    network, now = network_of(address), utcnow()
    outdated = (f"account:{username.lower()}", _subject("place", username, network))
    session.execute(delete(LoginFailures).where(LoginFailures.subject.in_(outdated)))
    until = {"last_failure": now, "blocked_until": now + _TRUSTED}
    session.execute(
        upsert(session, LoginFailures)
        .values(subject=_subject("trust", username, network), failures=0, **until)
        .on_conflict_do_update(index_elements=["subject"], set_=until)
    )


def _subject(kind: str, username: str, network: str) -> str:
    """Return the subject of an account with a network, in the length of the column."""
    text = f"{username.lower()}\n{network}"
    return f"{kind}:{hashlib.sha256(text.encode()).hexdigest()}"


def _rows(subjects: tuple[str, ...]) -> Select[tuple[LoginFailures]]:
    """Return the query of the rows, in the order of locking, which is the same for all attempts."""
    return (
        select(LoginFailures)
        .where(LoginFailures.subject.in_(subjects))
        .order_by(LoginFailures.subject)
    )


def _raise_blocked(rows: Sequence[LoginFailures]) -> None:
    """Raise LoginBlocked if the delay of one of the rows has not ended."""
    now = utcnow()
    # A failure without delay blocks nobody, even if the clock of the counting process is ahead.
    waits = [row.blocked_until - now for row in rows if row.blocked_until > row.last_failure]
    longest = max(waits, default=timedelta()).total_seconds()
    if longest > 0:
        raise LoginBlocked(math.ceil(longest))


def forget_old(registry: Registry) -> None:
    """Job: delete failures that expired long ago."""
    settings = registry.settings
    failures = CoreSettings.login_account_allowance.read(settings) + len(
        CoreSettings.login_delays.read(settings)
    )
    longest = CoreSettings.login_decay.read(settings) * failures
    oldest = utcnow() - timedelta(seconds=longest)
    with registry.getUtility(IDatabase).session(True) as session:
        session.execute(
            delete(LoginFailures).where(
                LoginFailures.last_failure < oldest, LoginFailures.blocked_until < oldest
            )
        )
        session.commit()
