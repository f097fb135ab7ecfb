"""Registering populators and running all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..background import background_request
from ..config import Configurator
from ..interfaces import ICache, IPopulator
from ..registry import Registry
from ..request import Request

#: Told what is being made, how much of it is done, and how much there will be.
Progress = Callable[[str, int, int], None]
Populator = Callable[[Request, float, Progress], None]

_CATEGORY = "pulsar populators"


def add_populator(config: Configurator, populator: Populator | str) -> None:
    """Directive: fill the including package's tables by ``populator(request, scale, progress)``.

    It is named after the package that is being included; a package has one.
    """
    name = config.package.__name__
    item = config.introspectable(_CATEGORY, name, name, "populator")
    resolved: Any = config.maybe_dotted(populator)

    def register() -> None:
        config.registry.registerUtility(resolved, IPopulator, name)

    config.action(("pulsar populator", name), register, introspectables=(item,))


def names(registry: Registry) -> list[str]:
    """The packages that have a populator, those that others build on first.

    Introspectables are kept in the order of inclusion, and a plugin includes what it requires
    before anything else.
    """
    entries = registry.introspector.get_category(_CATEGORY) or ()
    return [entry["introspectable"].discriminator for entry in entries]


def populate(registry: Registry, scale: float, progress: Progress) -> None:
    """Run every populator in a transaction of its own, on tables that hold nothing yet."""
    for name in names(registry):
        with background_request(registry) as request:
            registry.getUtility(IPopulator, name)(request, scale, progress)
    # Populators write past the services that drop what has changed.
    registry.getUtility(ICache).clear()
