"""Which methods a place in the URL space knows, read off the introspected views."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from zope.interface import providedBy
from zope.interface.interfaces import IInterface


def allowed_methods(request: Request) -> list[str]:
    """The methods of the request's context and view name, sorted; empty where there is no view."""
    context = getattr(request, "context", None)
    name = getattr(request, "view_name", "")
    methods: set[str] = set()
    for view in _views(request.registry):
        if view["name"] == name and _fits(view["context"], context):
            methods.update(_names(view["request_methods"]))
    return sorted(methods)


def _views(registry: Any) -> list[Any]:
    """Introspectables of all views that are not exception views."""
    if "pulsar.views" not in registry:
        category = registry.introspector.get_category("views") or ()
        registry["pulsar.views"] = [
            entry["introspectable"]
            for entry in category
            if entry["introspectable"]["request_methods"]
        ]
    return registry["pulsar.views"]


def _fits(declared: Any, context: Any) -> bool:
    if IInterface.providedBy(declared):
        return declared in providedBy(context).flattened()
    return declared is not None and isinstance(context, declared)


def _names(methods: Any) -> set[str]:
    names = {methods} if isinstance(methods, str) else set(methods)
    return names | {"HEAD"} if "GET" in names else names
