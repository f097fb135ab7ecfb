"""The view deriver that reads and checks a view's input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import colander
from pyramid.request import Request

from ..errors import Invalid
from .body import read_form, read_json, read_query
from .declared import READING, build
from .nodes import Nothing, Schema


def schema_view(view: Callable[..., Any], info: Any) -> Callable[..., Any]:
    """``schema=`` and ``query=``: Schema classes; ``request.validated`` holds the checked input.

    ``schema`` is of the body, or of the query of views that only read. ``query`` is of the query of
    views that change something, and joins what the body brings. Views that change something and
    name no schema take no body. A query that none was named for is ignored, as HTTP caches and
    tracking links expect.
    """
    declared: type[Schema] | None = info.options.get("schema")
    queried: type[Schema] | None = info.options.get("query")
    if info.exception_only:
        return view

    schemas: list[tuple[Schema, Schema | None]] = []
    #: What a reading view gets where the query is empty, which most are.
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
    """Whether nobody can change what is in it."""
    return all(isinstance(value, (int, str, type(None))) for value in validated.values())


def check(schema: Schema, raw: Any) -> dict[str, Any]:
    """The deserialized input. Raises Invalid with every field's error at once."""
    return check_all([(schema, raw)])


def check_all(parts: list[tuple[Schema, Any]]) -> dict[str, Any]:
    """What comes in several parts, joined. Raises Invalid with the errors of all of them."""
    validated: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for schema, raw in parts:
        if not isinstance(raw, dict):
            errors[""] = ["expected a dictionary"]
            continue
        try:
            validated |= schema.deserialize(raw)
        except colander.Invalid as error:
            for path, reason in _reasons(error):
                errors.setdefault(path, []).append(reason)
    if errors:
        raise Invalid(errors)
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
