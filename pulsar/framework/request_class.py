"""One class for all requests, with everything that ``config.add_request_method`` added to it."""

from __future__ import annotations

from typing import Any

from pyramid.interfaces import IRequestExtensions, IRequestFactory

from ..config import CHECKS, Configurator
from ..registry import Registry
from ..request import Request


def includeme(config: Configurator) -> None:
    """Create the class after everybody has added methods."""
    config.action(("pulsar", "request class"), make_class, (config.registry,), order=CHECKS)


def make_class(registry: Registry) -> None:
    """Move the added methods and properties into the request factory.

    Pyramid creates a new class with them for every request. This takes long, and Python cannot
    optimise attribute access for a class that is used once.
    """
    added = registry.getUtility(IRequestExtensions)
    base: type[Any] = registry.queryUtility(IRequestFactory) or Request
    members = {"__module__": base.__module__, **added.methods, **added.descriptors}
    registry.registerUtility(type(base.__name__, (base,), members), IRequestFactory)
    added.methods.clear()
    added.descriptors.clear()
