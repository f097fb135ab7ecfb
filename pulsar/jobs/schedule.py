"""Schedules: when a job is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Every:
    """Due this number of seconds after it was last due, on a grid, so that delays do not add up."""

    seconds: int

    def after(self, moment: datetime) -> datetime:
        """The next time at which the job is due."""
        grid = int(moment.timestamp()) // self.seconds + 1
        return datetime.fromtimestamp(grid * self.seconds, moment.tzinfo)

    def __str__(self) -> str:
        return f"every {timedelta(seconds=self.seconds)}"


MINUTELY = Every(60)
HOURLY = Every(3600)
DAILY = Every(86_400)
