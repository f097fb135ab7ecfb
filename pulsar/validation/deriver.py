"""The view deriver that reads and validates a view's input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import colander

from ..errors import MAX_ERRORS, Invalid
from ..request import Request
from .body import read_form, read_json, read_query
from .declared import READING, build
from .nodes import Nothing, Schema, UnknownKey


def schema_view(view: Callable[..., Any], info: Any) -> Callable[..., Any]:
    """Derive a view with ``schema=`` and ``query=``; it sets ``request.validated``.

    Both options are Schema classes. ``schema`` describes the body, or the query of views that only
    read. ``query`` describes the query of views that change something; its values are merged with
    those of the body. Views that change something and declare no schema accept no body. An
    undeclared query is ignored, as HTTP caches and tracking links require.
    """
    declared: type[Schema] | None = info.options.get("schema")
    queried: type[Schema] | None = info.options.get("query")
    if info.exception_only:
        return view

    schemas: list[tuple[Schema, Schema | None]] = []
    #: The validated input of a reading view for an empty query, the most frequent one.
    usual: list[dict[str, Any]] = []

    def wrapped(context: Any, request: Request) -> Any:
        reads = request.method in READING
        if declared is None and reads:
            return view(context, request)
        if not schemas:
            built = build(declared or Nothing, info.registry)
            query = None if queried is None else build(queried, info.registry)
            schemas.append((built, query))
        schema, query = schemas[0]
        if reads:
            if usual and not request.query_string:
                request.validated = dict(usual[0])
                return view(context, request)
            parts = [(schema, read_query(request, schema))]
        else:
            read = read_form if schema.multipart else read_json
            parts = [] if query is None else [(query, read_query(request, query))]
            parts.append((schema, read(request, schema)))
        request.validated = check_all(parts)
        if reads and not request.query_string and _is_constant(request.validated):
            usual[:] = [dict(request.validated)]
        return view(context, request)

    return wrapped


schema_view.options = ("schema", "query")  # type: ignore[attr-defined]


def _is_constant(validated: dict[str, Any]) -> bool:
    """Return whether all values are immutable."""
    return all(isinstance(value, (int, str, type(None))) for value in validated.values())


def check(schema: Schema, raw: Any) -> dict[str, Any]:
    """Return the deserialized input. Raises Invalid with the errors of all fields."""
    return check_all([(schema, raw)])


def check_all(parts: list[tuple[Schema, Any]]) -> dict[str, Any]:
    """Return the merged input of several parts. Raises Invalid with the errors of all parts."""
    validated: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    more = 0
    for schema, raw in parts:
        try:
            validated |= schema.deserialize(raw)
        except colander.Invalid as error:
            more += _collect(error, errors)
    if errors:
        raise Invalid(errors, more_errors=more)
    return validated


def _collect(error: colander.Invalid, errors: dict[str, list[str]]) -> int:
    """Add the error messages by dotted path, in the order of the schema.

    Returns the number of errors beyond ``MAX_ERRORS``.
    """
    more = 0
    for path in error.paths():
        leaf = path[-1]
        if isinstance(leaf, UnknownKey):
            more += leaf.more
        if len(errors) == MAX_ERRORS:
            more += 1
            continue
        names = [str(step.pos) if step.positional else step.node.name for step in path]
        reason = "; ".join(map(_sentence, leaf.messages()))
        errors.setdefault(".".join(filter(None, names)), []).append(reason)
    return more


def _sentence(message: str) -> str:
    """Return colander's message with its values filled in."""
    sentence: str = message.interpolate() if hasattr(message, "interpolate") else message
    return sentence
