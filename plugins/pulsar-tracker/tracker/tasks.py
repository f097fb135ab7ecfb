"""What runs beside the requests in a process that takes announces."""

from __future__ import annotations

import structlog
from sqlalchemy import Engine
from zope.interface import implementer

from pulsar.interfaces import IBackgroundTask, IDatabase, IIPBans
from pulsar.registry import Registry
from pulsar.repeating import Repeating

from .directory.follower import Follower
from .interfaces import ITracker
from .settings import TrackerSettings

log = structlog.get_logger(__name__)

#: Silent peers are removed about once a minute, whatever the flush interval.
_REAP_SECONDS = 60.0
#: The bans are read more often than `IIPBans` does while it is asked.
_BAN_SECONDS = 5.0
#: How often the lease is renewed in its time.
_RENEWALS = 4


@implementer(IBackgroundTask)
class TrackerTask:
    """Follows the directory's changes, owns the swarms, and writes credit."""

    def __init__(self, registry: Registry) -> None:
        self._tracker = tracker = registry.getUtility(ITracker)
        lease_seconds = TrackerSettings.lease_seconds.of(registry)
        flush_interval = TrackerSettings.flush_interval.of(registry)
        self._told = False
        engine = registry.getUtility(IDatabase).engine
        self._follower = Follower(tracker.directory, engine)
        self._loops: list[Repeating] = []
        if not isinstance(engine, Engine):
            # Tests that roll back have one connection, which threads cannot share.
            return
        self._loops = [
            Repeating("tracker lease", lease_seconds / _RENEWALS, self._own),
            Repeating("tracker reaper", _REAP_SECONDS, tracker.reap),
            # So that no announce has to wait for the database.
            Repeating("tracker bans", _BAN_SECONDS, registry.getUtility(IIPBans).read),
        ]
        if flush_interval:
            self._loops.append(Repeating("tracker flusher", flush_interval, tracker.try_to_flush))

    @classmethod
    def embedded(cls, registry: Registry) -> IBackgroundTask:
        """The task of a process that serves the site, which may leave announces to another."""
        return cls(registry) if TrackerSettings.embedded.of(registry) else Nothing()

    def start(self) -> None:
        """Load the directory, and take the swarms over unless another process has them."""
        self._follower.start()
        try:
            self._own()
        except BaseException:
            self._follower.stop()
            raise
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """Stop; what is left is written when the application closes."""
        for loop in reversed(self._loops):
            loop.stop()
        self._follower.stop()

    def check(self) -> None:
        """Raise RuntimeError if a thread has ended."""
        self._follower.check()
        for loop in self._loops:
            loop.check()

    def _own(self) -> None:
        if self._tracker.own():
            self._told = False
        elif not self._told:
            self._told = True
            log.warning("announces are refused", owner=self._tracker.owner())


@implementer(IBackgroundTask)
class Nothing:
    """Leaves announces to another process."""

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass

    def check(self) -> None:
        pass
