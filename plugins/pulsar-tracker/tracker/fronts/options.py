"""Limits of the fronts, and what they count."""

from __future__ import annotations

from dataclasses import dataclass, field

from zope.interface import implementer

from .interfaces import IFrontCounts


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


def _zeros(*names: str) -> dict[str, int]:
    return dict.fromkeys(names, 0)


@implementer(IFrontCounts)
@dataclass(slots=True)
class FrontCounts:
    """Counts since the process started.

    ``invalid`` is not HTTP, or too long. ``full`` and ``network`` are connections beyond the
    limits, ``slow`` those that took longer than a request may, ``idle`` those without a request.
    ``expired`` are packets with a connection id that is too old, ``unsent`` answers that the
    network did not take.
    """

    connections: int = 0
    requests: dict[str, int] = field(
        default_factory=lambda: _zeros("announce", "scrape", "other", "invalid")
    )
    closed: dict[str, int] = field(
        default_factory=lambda: _zeros("full", "network", "slow", "idle")
    )
    packets: dict[str, int] = field(
        default_factory=lambda: _zeros(
            "connect", "announce", "scrape", "expired", "invalid", "unsent"
        )
    )
