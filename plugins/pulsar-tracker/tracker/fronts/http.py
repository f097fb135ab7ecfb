"""The HTTP front: all connections of the process."""

from __future__ import annotations

from asyncio import AbstractEventLoop

from ..interfaces import IAnnouncer
from .connection import HTTPConnection
from .interfaces import IFrontCounts
from .options import ConnectionLimits
from .proxies import TrustedProxies
from .turn import Turn


class HTTPFront:
    """What the connections share: the announcer, the limits, and the time."""

    def __init__(
        self,
        loop: AbstractEventLoop,
        announcer: IAnnouncer,
        turn: Turn,
        *,
        limits: ConnectionLimits,
        proxies: TrustedProxies,
        counts: IFrontCounts,
        log_requests: bool = False,
    ) -> None:
        self.loop = loop
        self.announcer = announcer
        self.turn = turn
        self.limits = limits
        self.proxies = proxies
        self.counts = counts
        self.log_requests = log_requests
        #: The loop's time of the last sweep, which is exact enough for deadlines.
        self.now = loop.time()
        self.stopping = False
        self.connections: set[HTTPConnection] = set()
        self._networks: dict[bytes, int] = {}

    def connect(self) -> HTTPConnection:
        """The protocol of a new connection."""
        return HTTPConnection(self)

    def admit(self, connection: HTTPConnection) -> bool:
        """Count a new connection, or refuse it."""
        if self.stopping or len(self.connections) >= self.limits.connections:
            self.counts.closed["full"] += 1
            return False
        network = connection.network
        if network is not None:
            number = self._networks.get(network, 0)
            if number >= self.limits.network_connections:
                self.counts.closed["network"] += 1
                return False
            self._networks[network] = number + 1
        self.connections.add(connection)
        self.counts.connections += 1
        return True

    def forget(self, connection: HTTPConnection) -> None:
        """No longer count a connection that is closed."""
        if connection not in self.connections:
            return
        self.connections.remove(connection)
        self.counts.connections -= 1
        network = connection.network
        if network is not None:
            number = self._networks.pop(network)
            if number > 1:
                self._networks[network] = number - 1

    def sweep(self) -> None:
        """Close the connections whose time is over. Call it about once a second."""
        self.now = self.loop.time()
        for connection in [found for found in self.connections if found.deadline < self.now]:
            self.counts.closed[connection.expire()] += 1

    def stop(self) -> None:
        """Close idle connections; others are closed with their next answer."""
        self.stopping = True
        for connection in list(self.connections):
            connection.finish()
