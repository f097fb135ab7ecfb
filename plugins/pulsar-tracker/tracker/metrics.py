"""The tracker's metrics in ``/metrics``."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.registry import Registry

from .interfaces import ITracker
from .protocol.errors import CODES

_RESULTS = ("accepted", "refused", "unavailable")


def includeme(config: Configurator) -> None:
    config.add_counter(
        "tracker_announces", "Announces that were answered.", label="result", values=_RESULTS
    )
    config.add_counter(
        "tracker_scrapes", "Scrapes that were answered.", label="result", values=_RESULTS
    )
    config.add_counter(
        "tracker_refusals", "Announces and scrapes refused.", label="reason", values=CODES
    )
    config.add_counter(
        "tracker_implausible_announces", "Announces that claim more than tracker.max_speed."
    )
    config.add_counter(
        "tracker_flushes", "Tries to write credit.", label="result", values=("written", "failed")
    )
    config.add_counter("tracker_flush_seconds", "Time spent writing credit.")
    config.add_metric("tracker_flush_age_seconds", "Time since credit was last written.", flush_age)
    config.add_metric(
        "tracker_credit_waiting_bytes",
        "Credit that is not in the database yet.",
        credit_waiting,
        label="direction",
    )
    config.add_metric("tracker_peers", "Active peers.", peers, label="state")
    config.add_metric("tracker_swarms", "Torrents with peers.", swarms)


def flush_age(registry: Registry) -> float:
    """Seconds since credit was last written."""
    age: float = registry.getUtility(ITracker).flush_age()
    return age


def credit_waiting(registry: Registry) -> dict[str, float]:
    credit = registry.getUtility(ITracker).waiting()
    return {"uploaded": credit.uploaded, "downloaded": credit.downloaded}


def peers(registry: Registry) -> dict[str, float]:
    """The numbers of seeders and leechers."""
    sizes = registry.getUtility(ITracker).store.sizes()
    return {"complete": sizes.complete, "incomplete": sizes.incomplete}


def swarms(registry: Registry) -> float:
    """The number of torrents with peers, including peers that stopped recently."""
    number: int = registry.getUtility(ITracker).store.sizes().swarms
    return number
