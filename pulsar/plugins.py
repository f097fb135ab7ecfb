"""Finding plugins by entry point and including them in the order of their requirements."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from pyramid.exceptions import ConfigurationError
from zope.interface import implementer

from .config import Configurator
from .interfaces import IPlugin
from .registry import Registry
from .settings import CoreSettings
from .settings.setting import Settings, require_known

GROUP = "pulsar.plugins"
_INSTALLED = "pulsar.installed"


@implementer(IPlugin)
@dataclass(frozen=True, slots=True)
class Plugin:
    """An enabled plugin, as ``config.add_plugin`` described it."""

    name: str
    title: str
    requires: tuple[str, ...]
    version: str
    #: The package that contains the plugin.
    package: str


def installed() -> dict[str, EntryPoint]:
    """The installed plugins by name, enabled or not."""
    return {entry.name: entry for entry in _entry_points()}


@cache
def _entry_points() -> list[EntryPoint]:
    """Read once: a running process has the modules that were installed when it started."""
    return sorted(entry_points(group=GROUP))


def include_plugins(config: Configurator) -> None:
    """Include every plugin that ``pulsar.plugins`` names, with its requirements first."""
    available = config.registry[_INSTALLED] = installed()
    names = CoreSettings.plugins.of(config.registry)
    for name in names:
        # Check before importing, since a plugin without its requirement fails with an ImportError.
        if name not in available:
            raise ConfigurationError(
                f"pulsar.plugins names {name!r}, which is not installed. "
                f"Installed are: {', '.join(available) or 'none'}."
            )
    for name in names:
        config.include(available[name].module)


def add_plugin(
    config: Configurator,
    name: str,
    *,
    requires: tuple[str, ...] = (),
    title: str = "",
    settings: type[Settings] | None = None,
) -> None:
    """Directive: declare a plugin and include its requirements. Call it first in ``includeme``.

    Pyramid includes a module only once, so calling the requirements here is a topological sort.
    Raises ConfigurationError if a requirement is missing, not enabled, or requires this plugin
    itself.
    """
    including = config.registry.setdefault("pulsar.including", [])
    enabled = CoreSettings.plugins.of(config.registry)
    # Looked up once, since finding entry points reads a file of every installed distribution.
    available = config.registry.get(_INSTALLED) or installed()
    including.append(name)
    for requirement in requires:
        if requirement in including:
            circle = [*including[including.index(requirement) :], requirement]
            raise ConfigurationError(f"Plugins require each other: {' -> '.join(circle)}.")
        if requirement not in enabled:
            raise ConfigurationError(
                f"Plugin {name!r} requires {requirement!r}, which pulsar.plugins does not name."
            )
        config.include(available[requirement].module)
    including.remove(name)

    if settings is None:
        require_known(config.registry.settings, name, {})
    else:
        config.declare_settings(settings)
    distribution = available[name].dist if name in available else None
    plugin = Plugin(
        name,
        title or name.capitalize(),
        requires,
        getattr(distribution, "version", ""),
        config.package.__name__.partition(".")[0],
    )

    def register() -> None:
        config.registry.registerUtility(plugin, IPlugin, name)

    config.action(("pulsar plugin", name), register)


def enabled(registry: Registry) -> dict[str, IPlugin]:
    return dict(sorted(registry.getUtilitiesFor(IPlugin)))
