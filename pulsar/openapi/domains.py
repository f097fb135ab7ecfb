"""The groups of operations: the domains of the core and the plugins, by their titles."""

from __future__ import annotations

from typing import Any

from ..interfaces import IDomain
from ..plugins import enabled
from ..registry import Registry


class Domains:
    """The titles by package, those of the core before those of plugins."""

    def __init__(self, registry: Registry) -> None:
        titles: list[tuple[str, Any]] = list(registry.getUtilitiesFor(IDomain))
        core = dict(sorted(titles, key=lambda pair: pair[1].lower()))
        plugins = {plugin.package: plugin.title for plugin in enabled(registry).values()}
        self._titles: dict[str, str] = core | plugins
        #: In the order in which they are listed.
        self.titles = list(dict.fromkeys([*core.values(), *plugins.values()]))

    def title(self, view: Any) -> str:
        """The title of the domain of the view's resource, or else of the view itself."""
        for module in (view["context"].__module__, view["callable"].__module__):
            names = module.split(".")
            for length in range(len(names), 0, -1):
                title = self._titles.get(".".join(names[:length]))
                if title is not None:
                    return title
        return "Other"
