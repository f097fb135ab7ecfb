"""The directive that declares a package's populator, which is imported when it runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec

from pyramid.exceptions import ConfigurationError
from pyramid.path import DottedNameResolver
from zope.interface import implementer

from ..config import Configurator
from ..interfaces import IPopulator
from ..request import Request

#: Called with a title, the number of things created, and the number to create.
Progress = Callable[[str, int, int], None]
Populator = Callable[[Request, float, Progress], None]

CATEGORY = "pulsar populators"


@implementer(IPopulator)
@dataclass(frozen=True, slots=True)
class LazyPopulator:
    """Imports the function at the first call, because a serving process needs no sample data."""

    dotted: str

    def __call__(self, request: Request, scale: float, progress: Progress) -> None:
        DottedNameResolver().resolve(self.dotted)(request, scale, progress)


def add_populator(config: Configurator, populator: Populator | str) -> None:
    """Directive: ``populator(request, scale, progress)`` fills the including package's tables.

    With a dotted name such as ``.populate.populate``, the function is imported only when it runs.
    Its name is that of the including package; each package has at most one. Raises
    ConfigurationError if the module does not exist.
    """
    name = config.package.__name__
    item = config.introspectable(CATEGORY, name, name, "populator")
    registered = _lazy(name, populator) if isinstance(populator, str) else populator

    def register() -> None:
        config.registry.registerUtility(registered, IPopulator, name)

    config.action(("pulsar populator", name), register, introspectables=(item,))


def _lazy(package: str, dotted: str) -> LazyPopulator:
    absolute = f"{package}{dotted}" if dotted.startswith(".") else dotted
    module = absolute.rpartition(".")[0]
    with suppress(ModuleNotFoundError):
        if find_spec(module) is not None:
            return LazyPopulator(absolute)
    raise ConfigurationError(f"There is no module {module!r} for the populator of {package}.")
