"""Running all populators."""

from __future__ import annotations

from ..background import background_request
from ..interfaces import ICache, IPopulator
from ..registry import Registry
from .directive import CATEGORY, Progress


def names(registry: Registry) -> list[str]:
    """The packages that have a populator, those that others build on first.

    Introspectables are kept in the order of inclusion, and a plugin includes what it requires
    before anything else.
    """
    entries = registry.introspector.get_category(CATEGORY) or ()
    return [entry["introspectable"].discriminator for entry in entries]


def populate(registry: Registry, scale: float, progress: Progress) -> None:
    """Run every populator in a transaction of its own, on tables that hold nothing yet."""
    for name in names(registry):
        with background_request(registry) as request:
            registry.getUtility(IPopulator, name)(request, scale, progress)
    # Populators write past the services that drop what has changed.
    registry.getUtility(ICache).clear()
