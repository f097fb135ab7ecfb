"""The announcer of ``pulsar tracker``: the process owns the swarms, and writes credit itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from zope.interface import implementer

from pulsar.registry import Registry

from ..interfaces import IAnnouncer, ITracker
from ..tasks import TrackerTask
from .interfaces import IAnnouncerFactory


@implementer(IAnnouncerFactory)
class OwningProcess:
    """Runs the tracker's task beside the fronts."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    @contextmanager
    def announcer(self) -> Iterator[IAnnouncer]:
        """The tracker, which answers announces as soon as it owns the swarms."""
        tracker = self._registry.getUtility(ITracker)
        task = TrackerTask(self._registry)
        task.start()
        try:
            yield tracker
        finally:
            task.stop()
            tracker.disown()
