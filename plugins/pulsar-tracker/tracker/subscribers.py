"""What the tracker does when something happens elsewhere."""

from __future__ import annotations

from typing import Any

from .interfaces import ITracker


def disown(event: Any) -> None:
    """Write what is left at the end of the process, and let another one have the swarms."""
    event.registry.getUtility(ITracker).disown()
