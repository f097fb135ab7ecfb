"""The input that views declare, with ``schema=`` and ``query=``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyramid.exceptions import ConfigurationError

from ..config import Configurator
from ..interfaces import ISchemaNodes
from ..registry import Registry
from .body import body_limit
from .nodes import Nothing, Schema

#: The methods that only read. Their input is the query.
READING = frozenset({"GET", "HEAD"})


def build(declared: type[Schema], registry: Registry) -> Schema:
    """Return the schema with the nodes that plugins added to it, bound to the application."""
    schema = declared()
    key = f"{declared.__module__}.{declared.__qualname__}"
    for node in registry.queryUtility(ISchemaNodes, key) or ():
        schema.add(node.clone())
    bound: Schema = schema.bind(registry=registry)
    return bound


def largest_body(registry: Registry) -> int:
    """Return the maximum size of the body over all endpoints, in bytes."""
    declared = {view.get("schema") or Nothing for view in _views(registry)}
    return max(body_limit(build(schema, registry), registry.settings) for schema in declared)


def require_apart(config: Configurator) -> None:
    """Raise ConfigurationError for input that is declared for the wrong part of a request.

    The body of a DELETE has no meaning (RFC 9110, 9.3.5), and many clients cannot send one. A name
    must not occur in both the body and the query of a view.
    """
    for view in _views(config.registry):
        query = view.get("query")
        if view.get("schema") is not None and "DELETE" in _methods(view):
            name = getattr(view["callable"], "__qualname__", view["callable"])
            raise ConfigurationError(
                f"View {name!r} answers DELETE, which has no body: its input is query=."
            )
        if query is None:
            continue
        name = getattr(view["callable"], "__qualname__", view["callable"])
        if READING.intersection(_methods(view)):
            raise ConfigurationError(f"View {name!r} reads: its query is its schema.")
        body = build(view.get("schema") or Nothing, config.registry)
        inputs = (body, build(query, config.registry))
        first, second = ({node.name for node in schema.children} for schema in inputs)
        if first & second:
            both = ", ".join(sorted(first & second))
            raise ConfigurationError(f"View {name!r} takes {both} in its body and in its query.")


def _methods(view: Any) -> set[str]:
    methods = view["request_methods"] or ()
    return {methods} if isinstance(methods, str) else set(methods)


def _views(registry: Registry) -> Iterator[Any]:
    for entry in registry.introspector.get_category("views") or ():
        yield entry["introspectable"]
