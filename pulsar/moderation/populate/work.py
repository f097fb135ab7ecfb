"""Sample actions of staff on members, and their consequences."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from ...populate.material import moment, paragraph, sentence
from ...populate.rows import Row
from ...users.models import User

_WARNING = timedelta(days=14)
#: The standing before a change of this kind.
_BEFORE = {"disabled": "enabled", "locked": "unlocked"}


class Work:
    """Collects rows for actions of staff on members."""

    def __init__(self, chance: Random, staff_ids: list[int], now: datetime) -> None:
        self._chance = chance
        self._staff_ids = staff_ids
        self._now = now
        self.warnings: list[Row] = []
        self.notes: list[Row] = []
        self.changes: list[Row] = []
        self.notifications: list[Row] = []
        self.log: list[Row] = []
        self.disabled: list[int] = []
        self.locked: list[int] = []

    def on(self, member: Any) -> None:
        """Choose actions on the member by chance; a few members get actions of every kind."""
        if self._chance.random() < 0.08:
            self._warn(member)
        if self._chance.random() < 0.05:
            self._note(member)
        if member.rank:
            self._promote(member)
        kind = self._chance.choices(("", "disabled", "locked"), (95, 3, 2))[0]
        if kind:
            before, members = _BEFORE[kind], self.disabled if kind == "disabled" else self.locked
            members.append(member.id)
            self._change(member, kind, before, kind, self._staff(), sentence(self._chance))

    def _staff(self) -> int:
        return self._chance.choice(self._staff_ids)

    def _warn(self, member: Any) -> None:
        created = moment(self._chance, max(member.created, self._now - 4 * _WARNING), self._now)
        reason = sentence(self._chance)
        row = {"user_id": member.id, "staff_id": self._staff(), "created": created}
        self.warnings.append(row | {"reason": reason, "expires": created + _WARNING})
        self._tell(member, "user_warned", {"reason": reason, "days": _WARNING.days}, created)
        self._add_log_entry("user_warned", member, row, f"{member.username}: {reason}")

    def _note(self, member: Any) -> None:
        written = moment(self._chance, member.created, self._now)
        row = {"user_id": member.id, "staff_id": self._staff(), "created": written}
        self.notes.append(row | {"note": paragraph(self._chance)})
        self._add_log_entry("staff_note_written", member, row, member.username)

    def _promote(self, member: Any) -> None:
        reason = "Promotion rules of the class."
        created = self._change(member, "class", "User", member.name, None, reason)
        self._tell(member, "class_changed", {"class": member.name, "promoted": True}, created)

    def _change(
        self, member: Any, kind: str, before: str, after: str, staff_id: int | None, reason: str
    ) -> datetime:
        created = moment(self._chance, member.created, self._now)
        row = {"user_id": member.id, "staff_id": staff_id, "created": created}
        values = {"before": before, "after": after, "reason": reason}
        self.changes.append(row | {"kind": kind} | values)
        summary = f"{member.username}: {before} to {after}. {reason}"
        self._add_log_entry(f"user_{kind}", member, row, summary)
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

    def _add_log_entry(self, action: str, member: Any, row: Row, summary: str) -> None:
        self.log.append(
            {
                "created": row["created"],
                "actor_id": row["staff_id"],
                "action": action,
                "target_type": User.__tablename__,
                "target_id": member.id,
                "summary": summary,
            }
        )
