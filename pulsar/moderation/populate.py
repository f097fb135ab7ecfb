"""What staff did, to try a site out with: every record has its entry in the site log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from pyramid.request import Request
from sqlalchemy import select, update

from ..classes.models import UserClass
from ..db import utcnow
from ..interfaces import ISearch
from ..notifications.models import Notification
from ..population.material import moment, paragraph, seeded, sentence
from ..population.populators import Progress
from ..population.rows import Row, put, put_for_ids
from ..sitelog.models import LogEntry
from ..sitelog.service import KIND
from ..users.models import User
from .bans import ends
from .models import IPBan, StaffNote, StatusChange, UserWarning

_STAFF_RANK = 900
#: Networks that nobody has on the internet (RFC 5737).
_BANNED = ("192.0.2.0/24", "198.51.100.128/25", "203.0.113.7/32")
_WARNING = timedelta(days=14)


def populate(request: Request, scale: float, progress: Progress) -> None:
    """Warn, note down, promote, lock, disable and ban."""
    session, chance, now = request.db, seeded("moderation"), utcnow()
    rows = session.execute(
        select(User.id, User.username, User.created, UserClass.rank, UserClass.name)
        .join(UserClass, UserClass.id == User.user_class_id)
        .order_by(User.id)
    ).all()
    staff = [row for row in rows if row.rank >= _STAFF_RANK]
    members = [row for row in rows if row.rank < _STAFF_RANK]
    work = _Work(chance, [row.id for row in staff], now)
    for member in members:
        work.on(member)
    put(session, UserWarning, work.warnings)
    put(session, StaffNote, work.notes)
    put(session, StatusChange, work.changes)
    put(session, Notification, work.notifications)
    put(session, IPBan, work.bans())
    for field, user_ids in work.standing.items():
        values = {"enabled": False} if field == "disabled" else {"locked": True}
        session.execute(update(User).where(User.id.in_(user_ids)).values(values))
    work.log.sort(key=lambda row: row["created"])
    log(request, work.log)
    progress("Moderation", len(members), len(members))


def log(request: Request, rows: Sequence[Row]) -> None:
    """Write entries of the site log that can be found."""
    search = request.find_service(ISearch)
    entry_ids = put_for_ids(request.db, LogEntry, rows)
    for entry_id, row in zip(entry_ids, rows, strict=True):
        search.put(request.db, KIND, entry_id, f"{row['action']} {row['summary']}")


class _Work:
    """Collects what staff does about members."""

    def __init__(self, chance: Random, staff_ids: list[int], now: datetime) -> None:
        self._chance = chance
        self._staff_ids = staff_ids
        self._now = now
        self.warnings: list[Row] = []
        self.notes: list[Row] = []
        self.changes: list[Row] = []
        self.notifications: list[Row] = []
        self.log: list[Row] = []
        self.standing: dict[str, list[int]] = {"disabled": [], "locked": []}

    def on(self, member: Any) -> None:
        """Do about the member what is due by chance; a few get something of everything."""
        if self._chance.random() < 0.08:
            self._warn(member)
        if self._chance.random() < 0.05:
            self._note(member)
        if member.rank:
            self._promote(member)
        kind = self._chance.choices(("", "disabled", "locked"), (95, 3, 2))[0]
        if kind:
            self.standing[kind].append(member.id)
            before = {"disabled": "enabled", "locked": "unlocked"}[kind]
            self._change(member, kind, before, kind, self._staff(), sentence(self._chance))

    def bans(self) -> Iterator[Row]:
        """Networks that are kept out."""
        for network in _BANNED:
            name, first, last = ends(network)
            yield {
                "network": name,
                "first": first,
                "last": last,
                "staff_id": self._staff(),
                "reason": sentence(self._chance),
                "created": self._now,
            }

    def _staff(self) -> int:
        return self._chance.choice(self._staff_ids)

    def _warn(self, member: Any) -> None:
        given = moment(self._chance, max(member.created, self._now - 4 * _WARNING), self._now)
        reason = sentence(self._chance)
        made = {"user_id": member.id, "staff_id": self._staff(), "created": given}
        self.warnings.append(made | {"reason": reason, "expires": given + _WARNING})
        self._tell(member, "user_warned", {"reason": reason, "days": _WARNING.days}, given)
        self._log("user_warned", member, made, f"{member.username}: {reason}")

    def _note(self, member: Any) -> None:
        written = moment(self._chance, member.created, self._now)
        made = {"user_id": member.id, "staff_id": self._staff(), "created": written}
        self.notes.append(made | {"note": paragraph(self._chance)})
        self._log("staff_note_written", member, made, member.username)

    def _promote(self, member: Any) -> None:
        reason = "Promotion rules of the class."
        created = self._change(member, "class", "User", member.name, None, reason)
        self._tell(member, "class_changed", {"class": member.name, "promoted": True}, created)

    def _change(
        self, member: Any, kind: str, before: str, after: str, staff_id: int | None, reason: str
    ) -> datetime:
        created = moment(self._chance, member.created, self._now)
        made = {"user_id": member.id, "staff_id": staff_id, "created": created}
        values = {"before": before, "after": after, "reason": reason}
        self.changes.append(made | {"kind": kind} | values)
        summary = f"{member.username}: {before} to {after}. {reason}"
        self._log(f"user_{kind}", member, made, summary)
        return created

    def _tell(self, member: Any, name: str, contents: dict[str, Any], time: datetime) -> None:
        read = self._chance.random() < 0.5
        self.notifications.append(
            {
                "user_id": member.id,
                "type": name,
                "contents": contents,
                "time": time,
                "read": moment(self._chance, time, self._now) if read else None,
            }
        )

    def _log(self, action: str, member: Any, made: Row, summary: str) -> None:
        self.log.append(
            {
                "created": made["created"],
                "actor_id": made["staff_id"],
                "action": action,
                "target_type": User.__tablename__,
                "target_id": member.id,
                "summary": summary,
            }
        )
