"""WSGI middleware of plugins: it can answer requests before Pyramid sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .config import Configurator
from .interfaces import IWSGIFront
from .registry import Registry

#: ``factory(app, registry)`` returns a WSGI application that answers, or asks ``app``.
Factory = Callable[[Any, Registry], Any]


def includeme(config: Configurator) -> None:
    config.add_directive("add_wsgi_front", add_wsgi_front)


def add_wsgi_front(config: Configurator, name: str, factory: Factory | str) -> None:
    """Directive: let the WSGI application that ``factory(app, registry)`` returns answer first.

    For protocols whose clients do not understand the API, and whose requests are too many for
    traversal and views. The front sees the client's address in ``REMOTE_ADDR``. Transactions,
    permissions, limits and the log of requests are its own business.
    """
    resolved: Factory = config.maybe_dotted(factory)
    item = config.introspectable("pulsar wsgi fronts", name, name, "WSGI front")
    item.update(factory=resolved)

    def register() -> None:
        config.registry.registerUtility(resolved, IWSGIFront, name)

    config.action(("pulsar wsgi front", name), register, introspectables=(item,))


class Fronts:
    """The application behind the fronts of all plugins."""

    def __init__(self, app: Any) -> None:
        self.registry: Registry = app.registry
        for _, factory in sorted(self.registry.getUtilitiesFor(IWSGIFront)):
            app = factory(app, self.registry)
        self.app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        response: Iterable[bytes] = self.app(environ, start_response)
        return response
