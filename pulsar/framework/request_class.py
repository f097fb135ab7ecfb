"""One class for all requests, with everything that ``config.add_request_method`` added to it."""

from __future__ import annotations

from typing import Any

from pyramid.interfaces import IRequestExtensions, IRequestFactory, ISecurityPolicy

from ..config import Configurator
from ..directives import CHECKS
from ..registry import Registry
from ..request import Request
from ..security.identity import Identity


def includeme(config: Configurator) -> None:
    """Make the class after everybody has added to it; it remembers who is asking."""
    config.set_request_factory(Request)
    config.add_request_method(identity, reify=True)
    config.action(("pulsar", "request class"), make_class, (config.registry,), order=CHECKS)


def identity(request: Request) -> Identity | None:
    """``request.identity``: what the security policy says; asked again only after an error."""
    caller: Identity | None = request.registry.getUtility(ISecurityPolicy).identity(request)
    return caller


def make_class(registry: Registry) -> None:
    """Move the added methods and properties into the request factory.

    Pyramid makes a new class of them for every request: a quarter of the time of a short one, and
    more, since Python learns nothing about the attributes of a class that it sees once.
    """
    added = registry.getUtility(IRequestExtensions)
    base: type[Request] = registry.getUtility(IRequestFactory)
    members = {"__module__": base.__module__, **added.methods, **added.descriptors}
    registry.registerUtility(type(base.__name__, (base,), members), IRequestFactory)
    added.methods.clear()
    added.descriptors.clear()


def make_request(registry: Registry, path: str = "/", **options: Any) -> Request:
    """A request that no client sent, for jobs, commands and tests; options as of ``blank``."""
    request: Request = registry.getUtility(IRequestFactory).blank(path, **options)
    request.registry = registry
    return request
