"""Limits of the fronts, and what they count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Limits of HTTP connections; times are seconds.

    ``network_connections`` does not apply to trusted proxies. ``request_bytes`` is the length of a
    whole request. A request must arrive within ``request_seconds``, and its answer be taken in
    the same time.
    """

    connections: int = 10_000
    network_connections: int = 256
    request_bytes: int = 16_384
    request_seconds: float = 10.0
    idle_seconds: float = 60.0


@dataclass(slots=True)
class Counts:
    """What happened in the fronts since the process started."""

    #: HTTP requests: announce, scrape, other, invalid.
    requests: Counter[str] = field(default_factory=Counter)
    #: Connections that were closed by us: full, network, slow, idle.
    closed: Counter[str] = field(default_factory=Counter)
    #: Datagrams: connect, announce, scrape, invalid.
    datagrams: Counter[str] = field(default_factory=Counter)
