"""One class for all requests, which holds whatever ``config.add_request_method`` added."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator
from pyramid.interfaces import IRequestExtensions, IRequestFactory, ISecurityPolicy
from pyramid.request import Request

from .directives import CHECKS


def includeme(config: Configurator) -> None:
    """Make the class when everybody has added to it; it remembers who is asking."""
    config.add_request_method(identity, reify=True)
    config.action(("pulsar", "request class"), make_class, (config.registry,), order=CHECKS)


def identity(request: Request) -> Any:
    """``request.identity``: what the security policy says; asked again only after an error."""
    return request.registry.getUtility(ISecurityPolicy).identity(request)


def make_class(registry: Any) -> None:
    """Move the added methods and properties into the request factory.

    Pyramid makes a new class of them for every request: a quarter of the time of a short one, and
    more, since Python learns nothing about the attributes of a class that it sees once.
    """
    added = registry.getUtility(IRequestExtensions)
    base = registry.queryUtility(IRequestFactory, default=Request)
    members = {"__module__": base.__module__, **added.methods, **added.descriptors}
    registry.registerUtility(type(base.__name__, (base,), members), IRequestFactory)
    added.methods.clear()
    added.descriptors.clear()


def blank(registry: Any, path: str = "/", **kwargs: Any) -> Request:
    """A request that nobody made; keywords as of WebOb's ``Request.blank``."""
    request = registry.getUtility(IRequestFactory).blank(path, **kwargs)
    request.registry = registry
    return request
