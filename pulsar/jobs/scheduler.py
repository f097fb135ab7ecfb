"""How a serving process handles jobs: it runs due jobs, or leaves them to other processes."""

from __future__ import annotations

from zope.interface import implementer

from ..interfaces import IBackgroundTask
from ..registry import Registry
from ..repeating import Repeating
from .runner import JobRunner


class Scheduler(Repeating):
    """A thread that regularly checks for due jobs and runs them."""

    def __init__(self, registry: Registry, seconds: float) -> None:
        self._runner = JobRunner(registry)
        super().__init__("jobs", seconds, self._run_due)

    def _run_due(self) -> None:
        self._runner.run_due()


@implementer(IBackgroundTask)
class JobsElsewhere:
    """Records when each job is first due, so that a job that never runs becomes overdue."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def start(self) -> None:
        JobRunner(self._registry).know()

    def stop(self) -> None:
        """Do nothing, since nothing was started."""

    def check(self) -> None:
        """Do nothing: the health check of the jobs detects whether something runs them."""
