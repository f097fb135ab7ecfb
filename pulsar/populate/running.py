"""Running all populators."""

from __future__ import annotations

from ..background import background_request
from ..interfaces import ICache, IPopulator
from ..registry import Registry
from .directive import CATEGORY, Progress


def names(registry: Registry) -> list[str]:
    """Return the packages that have a populator, each after those that it depends on.

    Introspectables are kept in the order of inclusion, and a plugin first includes the plugins that
    it requires.
    """
    entries = registry.introspector.get_category(CATEGORY) or ()
    return [entry["introspectable"].discriminator for entry in entries]


def populate(registry: Registry, scale: float, progress: Progress) -> None:
    """Run every populator in its own transaction, on empty tables."""
    for name in names(registry):
        with background_request(registry) as request:
            registry.getUtility(IPopulator, name)(request, scale, progress)
    # Populators do not call the services that invalidate cached copies.
    registry.getUtility(ICache).clear()
