"""Sample actions of staff. Each has its entry in the site log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random

from sqlalchemy import select, update

from ...classes.models import UserClass
from ...db import utcnow
from ...interfaces import ISearch
from ...notifications.models import Notification
from ...populate.directive import Progress
from ...populate.material import seeded, sentence
from ...populate.rows import Row, put, put_for_ids
from ...request import Request
from ...sitelog.models import LogEntry
from ...sitelog.service import KIND
from ...users.models import User
from ..bans import ends
from ..models import IPBan, StaffNote, StatusChange, UserWarning
from .work import Work

_STAFF_RANK = 900
#: Networks that are not used on the internet (RFC 5737).
_BANNED = ("192.0.2.0/24", "198.51.100.128/25", "203.0.113.7/32")


def populate(request: Request, scale: float, progress: Progress) -> None:
    """Warn, promote, lock, disable and ban members, and write notes about them."""
    session, chance, now = request.db, seeded("moderation"), utcnow()
    rows = session.execute(
        select(User.id, User.username, User.created, UserClass.rank, UserClass.name)
        .join(UserClass, UserClass.id == User.user_class_id)
        .order_by(User.id)
    ).all()
    staff_ids = [row.id for row in rows if row.rank >= _STAFF_RANK]
    members = [row for row in rows if row.rank < _STAFF_RANK]
    work = Work(chance, staff_ids, now)
    for member in members:
        work.on(member)
    put(session, UserWarning, work.warnings)
    put(session, StaffNote, work.notes)
    put(session, StatusChange, work.changes)
    put(session, Notification, work.notifications)
    put(session, IPBan, _bans(chance, staff_ids, now))
    session.execute(update(User).where(User.id.in_(work.disabled)).values(enabled=False))
    session.execute(update(User).where(User.id.in_(work.locked)).values(locked=True))
    _add_log_entries(request, sorted(work.log, key=lambda row: row["created"]))
    progress("Moderation", len(members), len(members))


def _bans(chance: Random, staff_ids: Sequence[int], now: datetime) -> Iterator[Row]:
    for network in _BANNED:
        name, first, last = ends(network)
        yield {
            "network": name,
            "first": first,
            "last": last,
            "staff_id": chance.choice(staff_ids),
            "reason": sentence(chance),
            "created": now,
        }


def _add_log_entries(request: Request, rows: Sequence[Row]) -> None:
    """Write entries of the site log that a search finds."""
    search = request.find_service(ISearch)
    entry_ids = put_for_ids(request.db, LogEntry, rows)
    for entry_id, row in zip(entry_ids, rows, strict=True):
        search.put(request.db, KIND, entry_id, f"{row['action']} {row['summary']}")
