"""What a serving process does about jobs: run those that are due, or leave them to others."""

from __future__ import annotations

from zope.interface import implementer

from ..interfaces import IBackgroundTask
from ..registry import Registry
from ..repeating import Repeating
from .runner import JobRunner


class Scheduler(Repeating):
    """The thread that asks every few seconds whether a job is due, and runs it."""

    def __init__(self, registry: Registry, seconds: float) -> None:
        self._runner = JobRunner(registry)
        super().__init__("jobs", seconds, self._run_due)

    def _run_due(self) -> None:
        self._runner.run_due()


@implementer(IBackgroundTask)
class JobsElsewhere:
    """Notes when each job is first due, so that one which nobody runs becomes overdue."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def start(self) -> None:
        """Note it."""
        JobRunner(self._registry).know()

    def stop(self) -> None:
        """Nothing runs here."""

    def check(self) -> None:
        """Whether somebody runs jobs is seen by the health check of the jobs themselves."""
