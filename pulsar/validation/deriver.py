"""The view deriver that reads and checks a view's input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import colander
from pyramid.request import Request

from ..errors import Invalid
from ..interfaces import ISchemaNodes
from .body import body_limit, read_form, read_json, read_query
from .nodes import Nothing, Schema

_QUERY = frozenset({"GET", "HEAD"})


def schema_view(view: Callable[..., Any], info: Any) -> Callable[..., Any]:
    """``schema=``: a Schema class; ``request.validated`` holds the checked input.

    Views that change something and name no schema take no input. Views that only read and name
    none ignore their query, as HTTP caches and tracking links expect.
    """
    declared: type[Schema] | None = info.options.get("schema")
    if info.exception_only:
        return view

    schemas: list[Schema] = []

    def wrapped(context: Any, request: Request) -> Any:
        reads = request.method in _QUERY
        if declared is None and reads:
            return view(context, request)
        if not schemas:
            schemas.append(build(declared or Nothing, info.registry))
        schema = schemas[0]
        if reads:
            raw: Any = read_query(request, schema)
        elif schema.multipart:
            raw = read_form(request, schema)
        else:
            raw = read_json(request, schema)
        request.validated = check(schema, raw)
        return view(context, request)

    return wrapped


schema_view.options = ("schema",)  # type: ignore[attr-defined]


def build(declared: type[Schema], registry: Any) -> Schema:
    """The schema with the nodes that plugins added to it, bound to the application."""
    schema = declared()
    key = f"{declared.__module__}.{declared.__qualname__}"
    for node in registry.queryUtility(ISchemaNodes, key, ()):
        schema.add(node.clone())
    bound: Schema = schema.bind(registry=registry)
    return bound


def largest_body(registry: Any) -> int:
    """The longest body that any endpoint takes, in bytes."""
    views = registry.introspector.get_category("views") or ()
    declared = {entry["introspectable"].get("schema") or Nothing for entry in views}
    return max(body_limit(build(schema, registry), registry.settings) for schema in declared)


def check(schema: Schema, raw: Any) -> dict[str, Any]:
    """The deserialized input. Raises Invalid with every field's error at once."""
    if not isinstance(raw, dict):
        raise Invalid({"": ["expected a dictionary"]})
    try:
        validated: dict[str, Any] = schema.deserialize(raw)
    except colander.Invalid as error:
        errors: dict[str, list[str]] = {}
        for path, reason in _reasons(error):
            errors.setdefault(path, []).append(reason)
        raise Invalid(errors) from error
    return validated


def _reasons(error: colander.Invalid) -> list[tuple[str, str]]:
    """Pairs of dotted path and sentence, in the order of the schema."""
    found = []
    for path in error.paths():
        names = [str(part.pos) if part.positional else part.node.name for part in path]
        reason = "; ".join(_sentence(message) for message in path[-1].messages())
        found.append((".".join(name for name in names if name), reason))
    return found


def _sentence(message: str) -> str:
    """Colander's sentence, in our words where it would show a container of any size and depth."""
    if "is not a mapping type" in message:
        return "expected a dictionary"
    if "is not iterable" in message:
        return "expected a list"
    sentence: str = message.interpolate() if hasattr(message, "interpolate") else message
    return sentence
