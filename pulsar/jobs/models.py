"""The state of jobs: when each is due, who runs it, and how its runs ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from zope.interface import implementer

from ..db import Base, Moment, PrimaryKey
from .interfaces import IJobRun


class JobState(Base):
    """One row per job: its lock, and when it is due.

    A process that starts a run writes its name and a deadline in one UPDATE that matches only if
    nobody else holds the row. After the deadline the holder is considered dead, and its run is due
    again.
    """

    __tablename__ = "job_states"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    next_run: Mapped[datetime]
    holder: Mapped[str | None] = mapped_column(String(128))
    held_until: Mapped[datetime | None]

    @property
    def due(self) -> datetime:
        """When the job should run; while it is held, this is the holder's deadline."""
        if self.holder is not None and self.held_until is not None:
            return self.held_until
        return self.next_run


@implementer(IJobRun)
class JobRun(Base):
    """One run of a job. ``status`` is running, succeeded or failed."""

    __tablename__ = "job_runs"
    __table_args__ = (Index("ix_job_runs_name_id", "name", "id"),)

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(64))
    holder: Mapped[str] = mapped_column(String(128))
    started: Mapped[Moment] = mapped_column(index=True)
    finished: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(16), default="running")
    error: Mapped[str] = mapped_column(Text, default="")
