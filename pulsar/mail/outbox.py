"""The mails that wait in the database until a mail server has accepted them."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography.fernet import MultiFernet
from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.orm import Session

from ..db import utcnow
from ..db.rows import changed_rows
from ..interfaces import IDatabase
from ..registry import Registry
from .models import WaitingMail

#: Purpose of the cipher.
PURPOSE = "mail"
#: How long a new mail is reserved for the process that created it.
_HEAD_START = timedelta(minutes=1)
#: The pauses between attempts grow from the first to the last. An attempt must end within the first
#: one: with a mail server that takes ten seconds for each reply, it needs two minutes and a half.
_FIRST_PAUSE, _LAST_PAUSE = timedelta(minutes=5), timedelta(hours=1)
#: Age after which a mail is given up.
LIFETIME = timedelta(hours=24)
#: Number of mails that are read at once.
_MOST = 500


class Outbox:
    """Stores mails, and lets exactly one process at a time try to send each."""

    def __init__(self, registry: Registry, cipher: MultiFernet) -> None:
        self._registry = registry
        self._cipher = cipher

    def keep(self, session: Session, content: bytes) -> WaitingMail:
        """Store a mail in the session's transaction."""
        now = utcnow()
        waiting_mail = WaitingMail(
            content=self._cipher.encrypt(content), created=now, tries=0, next_try=now + _HEAD_START
        )
        session.add(waiting_mail)
        return waiting_mail

    def due(self) -> list[Row[tuple[int, int]]]:
        """The ids and tries of mails that are due, oldest first."""
        with self._session() as session:
            due = (
                select(WaitingMail.id, WaitingMail.tries)
                .where(WaitingMail.next_try <= utcnow())
                .order_by(WaitingMail.id)
                .limit(_MOST)
            )
            return list(session.execute(due))

    def claim(self, mail_id: int, tries: int) -> bytes | None:
        """Claim the mail for one attempt; None if another process did since ``tries`` was read.

        Raises InvalidToken if it was encrypted with none of the site's secrets.
        """
        with self._session(True) as session:
            content = session.scalar(
                update(WaitingMail)
                .where(WaitingMail.id == mail_id, WaitingMail.tries == tries)
                .values(tries=tries + 1, next_try=_after(tries, utcnow()))
                .returning(WaitingMail.content),
                execution_options={"synchronize_session": False},
            )
            session.commit()
        return None if content is None else self._cipher.decrypt(content)

    def forget(self, mail_id: int) -> None:
        """Delete a mail that was sent or cannot be sent."""
        with self._session(True) as session:
            session.execute(delete(WaitingMail).where(WaitingMail.id == mail_id))
            session.commit()

    def give_up(self) -> int:
        """Delete mails that failed for a day and are not being tried now; return their number."""
        now = utcnow()
        with self._session(True) as session:
            dropped = session.execute(
                delete(WaitingMail).where(
                    WaitingMail.created < now - LIFETIME, WaitingMail.next_try <= now
                )
            )
            session.commit()
        return changed_rows(dropped)

    def waiting(self) -> int:
        """The number of waiting mails."""
        with self._session() as session:
            return session.scalar(select(func.count()).select_from(WaitingMail)) or 0

    def _session(self, writes: bool = False) -> Session:
        session: Session = self._registry.getUtility(IDatabase).session(writes)
        return session


def _after(tries: int, now: datetime) -> datetime:
    """The time of the next attempt, after ``tries`` earlier ones and this one."""
    return now + min(_FIRST_PAUSE * 2**tries, _LAST_PAUSE)
