"""The methods that a resource supports, from the introspected views."""

from __future__ import annotations

from typing import Any

from zope.interface import implementedBy
from zope.interface.interfaces import IInterface

from .paths import resource_at
from .registry import Registry
from .request import Request


def allowed_methods(request: Request) -> list[str]:
    """The methods of the request's context and view name, sorted; empty if there is no view."""
    context: type = type(getattr(request, "context", None))
    return _methods(request.registry, context, getattr(request, "view_name", ""))


def methods_at(registry: Registry, path: str) -> list[str]:
    """The methods of the resource at a path of this form, sorted; empty without a view."""
    place = resource_at(registry, path)
    return [] if place is None else _methods(registry, *place)


def _methods(registry: Registry, context: type, name: str) -> list[str]:
    methods: set[str] = set()
    for view in _views(registry):
        if view["name"] == name and _fits(view["context"], context):
            methods.update(_names(view["request_methods"]))
    return sorted(methods)


def _views(registry: Registry) -> list[Any]:
    """Introspectables of all views that are not exception views."""
    if "pulsar.views" not in registry:
        category = registry.introspector.get_category("views") or ()
        registry["pulsar.views"] = [
            entry["introspectable"]
            for entry in category
            if entry["introspectable"]["request_methods"]
        ]
    return registry["pulsar.views"]


def _fits(declared: Any, context: type) -> bool:
    if IInterface.providedBy(declared):
        provided: Any = implementedBy(context)  # type: ignore[no-untyped-call]
        return declared in provided.flattened()
    return declared is not None and issubclass(context, declared)


def _names(methods: Any) -> set[str]:
    """The methods of a view. OPTIONS is answered for all views, see :mod:`pulsar.cors`."""
    names = {"OPTIONS", methods} if isinstance(methods, str) else {"OPTIONS", *methods}
    return names | {"HEAD"} if "GET" in names else names
