"""The services of ``pulsar tracker``."""

from __future__ import annotations

from contextlib import AbstractContextManager

from zope.interface import Attribute, Interface

from ..interfaces import IAnnouncer


class IAnnouncerFactory(Interface):
    """Makes the announcer of a process that serves announces itself."""

    def announcer() -> AbstractContextManager[IAnnouncer]:
        """Return the announcer as a context manager, which starts and stops what it needs.

        It is left after the last commit, when no request is handled any more.
        """


class IFrontCounts(Interface):
    """What happened in the fronts of this process."""

    connections: int = Attribute("Open HTTP connections.")
    requests: dict[str, int] = Attribute("HTTP requests by kind.")
    closed: dict[str, int] = Attribute("HTTP connections that the tracker closed, by reason.")
    packets: dict[str, int] = Attribute("UDP packets by kind.")
