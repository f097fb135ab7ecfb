"""Reading a request's input into plain values, before any schema sees it."""

from __future__ import annotations

from typing import Any

import colander
import orjson
from pyramid.request import Request

from ..errors import Invalid, Malformed, TooLarge, UnsupportedMediaType
from .nodes import Schema, Type, UploadType

#: What a form's other fields and boundaries may add to the size of its files.
FORM_OVERHEAD = 512 * 1024


def read_json(request: Request) -> Any:
    """The JSON body; an empty one is an empty object.

    Raises TooLarge, UnsupportedMediaType or Malformed. The parser bounds nesting (1024 levels) and
    refuses lone surrogates and NaN.
    """
    require_length(request, request.registry.settings["pulsar.max_body"])
    body = request.body
    if not body:
        return {}
    if request.content_type != "application/json":
        raise UnsupportedMediaType("The content type must be application/json.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Malformed from error


def read_query(request: Request, schema: Schema) -> dict[str, Any]:
    """The query string, each value read as its node's type spells it."""
    try:
        pairs = list(request.GET.items())
    except UnicodeDecodeError as error:
        raise Malformed("The query string is not valid UTF-8.") from error
    return _from_text(schema, pairs)


def read_form(request: Request, schema: Schema) -> dict[str, Any]:
    """A multipart form: files as bytes, other fields read as their nodes' types spell them."""
    settings = request.registry.settings
    uploads = {
        node.name: settings[node.setting]
        for node in schema.children
        if isinstance(node.typ, UploadType)
    }
    require_length(request, sum(uploads.values()) + FORM_OVERHEAD)
    if request.content_type != "multipart/form-data":
        raise UnsupportedMediaType("The content type must be multipart/form-data.")
    try:
        pairs = list(request.POST.items())
    except (ValueError, LookupError) as error:
        raise Malformed("Unable to decode data. Is it a valid form?") from error
    values: list[tuple[str, Any]] = []
    for name, value in pairs:
        maximum = uploads.get(name)
        content = getattr(value, "file", None)
        if maximum is None:
            if content is not None:
                raise Invalid({name: ["expected str"]})
            values.append((name, value))
            continue
        data = content.read(maximum + 1) if content is not None else None
        if data is not None and len(data) > maximum:
            raise TooLarge(f"The file must be at most {maximum} bytes.")
        values.append((name, value if data is None else data))
    return _from_text(schema, values)


def require_length(request: Request, maximum: int) -> None:
    """Raise TooLarge before a body is read that is longer than the endpoint takes."""
    if (request.content_length or 0) > maximum:
        raise TooLarge(f"The request body must be at most {maximum} bytes.")


def _from_text(schema: Schema, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Names to values; a name given twice is an error unless the node is a list."""
    nodes = {node.name: node for node in schema.children}
    found: dict[str, Any] = {}
    for name, raw in pairs:
        node = nodes.get(name)
        if node is not None and isinstance(node.typ, colander.Sequence):
            found.setdefault(name, []).append(_convert(node.children[0], raw))
        elif name in found:
            raise Invalid({name: ["key given more than once"]})
        else:
            found[name] = _convert(node, raw)
    return found


def _convert(node: colander.SchemaNode | None, raw: Any) -> Any:
    if node is not None and isinstance(node.typ, Type) and isinstance(raw, str):
        return node.typ.convert(raw)
    return raw
