"""The table of the site log."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from ..db import Base, Json, Moment, PrimaryKey
from ..users.models import User
from .interfaces import ILogEntry


@implementer(ILogEntry)
class LogEntry(Base):
    """An action of staff. The database refuses to change or delete rows.

    Therefore ``actor_id`` has no cascade; accounts are disabled, never deleted.
    """

    __tablename__ = "site_log"
    __table_args__ = (
        Index("ix_site_log_target", "target_type", "target_id", "id"),
        Index("ix_site_log_actor_id_id", "actor_id", "id"),
        Index("ix_site_log_action_id", "action", "id"),
    )

    id: Mapped[PrimaryKey]
    created: Mapped[Moment]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    action: Mapped[str] = mapped_column(String(64))
    target_type: Mapped[str] = mapped_column(String(32))
    target_id: Mapped[int | None] = mapped_column(BigInteger)
    summary: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)

    actor: Mapped[User | None] = relationship()
