"""One class for all requests, with everything that ``config.add_request_method`` added to it."""

from __future__ import annotations

from typing import Any

from pyramid.interfaces import IRequestExtensions, IRequestFactory

from ..config import CHECKS, Configurator
from ..registry import Registry
from ..request import Request


def includeme(config: Configurator) -> None:
    """Make the class after everybody has added to it."""
    config.action(("pulsar", "request class"), make_class, (config.registry,), order=CHECKS)


def make_class(registry: Registry) -> None:
    """Move the added methods and properties into the request factory.

    Pyramid makes a new class of them for every request. That takes long, and Python learns nothing
    about the attributes of a class that it sees once.
    """
    added = registry.getUtility(IRequestExtensions)
    base: type[Any] = registry.queryUtility(IRequestFactory) or Request
    members = {"__module__": base.__module__, **added.methods, **added.descriptors}
    registry.registerUtility(type(base.__name__, (base,), members), IRequestFactory)
    added.methods.clear()
    added.descriptors.clear()
