"""The directive that names a package's populator, which is imported when it is run."""

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

#: Told what is being made, how much of it is done, and how much there will be.
Progress = Callable[[str, int, int], None]
Populator = Callable[[Request, float, Progress], None]

CATEGORY = "pulsar populators"


@implementer(IPopulator)
@dataclass(frozen=True, slots=True)
class LazyPopulator:
    """Imports the function at the first call: a site that serves has no use for sample data."""

    dotted: str

    def __call__(self, request: Request, scale: float, progress: Progress) -> None:
        DottedNameResolver().resolve(self.dotted)(request, scale, progress)


def add_populator(config: Configurator, populator: Populator | str) -> None:
    """Directive: fill the including package's tables by ``populator(request, scale, progress)``.

    Give its dotted name, like ``.populate.populate``, and it is imported only when it is run. It is
    known by the name of the package that is being included; a package has one. Raises
    ConfigurationError where there is no such module.
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
