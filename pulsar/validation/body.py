"""Reads a request's input as plain values, which schemas then validate."""

from __future__ import annotations

import re
from typing import Any

import colander
import orjson

from ..errors import Invalid, Malformed, TooLarge, UnsupportedMediaType
from ..request import Request
from ..settings import CoreSettings
from .multipart import parse_multipart
from .nodes import MAX_INTEGER, MAX_NAME, Schema, Type, UploadType

#: The size in bytes by which other fields and boundaries of a form may exceed its files.
FORM_OVERHEAD = 512 * 1024
#: The maximum number of lists and objects in a JSON body; each takes about a hundred bytes.
MAX_CONTAINERS = 10_000
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)


def body_limit(schema: Schema, settings: dict[str, Any]) -> int:
    """Return the maximum size of the body for endpoints with this input, in bytes."""
    if schema.multipart:
        return sum(_upload_limits(schema, settings).values()) + FORM_OVERHEAD
    return int(CoreSettings.max_body.read(settings))


def _upload_limits(schema: Schema, settings: dict[str, Any]) -> dict[str, int]:
    """Return the maximum size of the file of each upload node, in bytes."""
    return {
        node.name: settings[node.setting]
        for node in schema.children
        if isinstance(node.typ, UploadType)
    }


def read_body(request: Request, maximum: int) -> bytes:
    """Return the body, which :class:`pulsar.middleware.BoundedBody` has already read.

    Raises TooLarge if it exceeds the maximum, and Malformed if the client sent less than the length
    that it declared.
    """
    declared = request.content_length or 0
    if declared > maximum:
        raise TooLarge(f"The request body must be at most {maximum} bytes.")
    body: bytes = request.body
    if len(body) < declared:
        raise Malformed("The request body ends before its declared length.")
    return body


def read_json(request: Request, schema: Schema) -> Any:
    """Return the JSON body; an empty one is an empty object.

    Raises TooLarge, UnsupportedMediaType or Malformed. The parser limits nesting to 1024 levels and
    refuses lone surrogates and NaN.
    """
    body = read_body(request, body_limit(schema, request.registry.settings))
    if not body:
        return {}
    if request.content_type != "application/json":
        raise UnsupportedMediaType("The content type must be application/json.")
    require_few_containers(body)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if "infinity" in error.msg:
            raise Malformed(f"Numbers must be from -{MAX_INTEGER} to {MAX_INTEGER}.") from error
        raise Malformed from error


def require_few_containers(body: bytes) -> None:
    """Raise Malformed for JSON with too many lists and objects, before it is parsed."""
    if body.count(b"[") + body.count(b"{") <= MAX_CONTAINERS:
        return
    # Brackets inside of strings do not count.
    outside = _STRING.sub(b"", body)
    if outside.count(b"[") + outside.count(b"{") > MAX_CONTAINERS:
        raise Malformed(f"The body holds more than {MAX_CONTAINERS} lists and objects.")


def read_query(request: Request, schema: Schema) -> dict[str, Any]:
    """Return the query string's values, each converted by the type of its node."""
    try:
        # A feed key in the query is a credential of any view, not input.
        pairs = [(name, value) for name, value in request.GET.items() if name != "feed_key"]
    except UnicodeDecodeError as error:
        raise Malformed("The query string is not valid UTF-8.") from error
    return _from_text(schema, pairs)


def read_form(request: Request, schema: Schema) -> dict[str, Any]:
    """Return a form's values: files as bytes, other fields converted by the types of the nodes."""
    settings = request.registry.settings
    uploads = _upload_limits(schema, settings)
    try:
        body = read_body(request, body_limit(schema, settings))
    except TooLarge as error:
        raise TooLarge(error.message, errors={name: [error.message] for name in uploads}) from error
    if request.content_type != "multipart/form-data":
        raise UnsupportedMediaType("The content type must be multipart/form-data.")
    try:
        parts = parse_multipart(body, request.headers["Content-Type"])
    except ValueError as error:
        raise Malformed("Unable to decode data. Is it a valid form?") from error
    values: list[tuple[str, Any]] = []
    for form_part in parts:
        if not form_part.is_file:
            if len(form_part.content) > FORM_OVERHEAD:
                raise _too_long(form_part.name, FORM_OVERHEAD, "value")
            # Invalid UTF-8 becomes surrogates, which every type refuses with its own message.
            values.append((form_part.name, form_part.content.decode(errors="surrogateescape")))
            continue
        if form_part.name in uploads and len(form_part.content) > uploads[form_part.name]:
            raise _too_long(form_part.name, uploads[form_part.name], "file")
        values.append((form_part.name, form_part.content))
    return _from_text(schema, values)


def _too_long(name: str, maximum: int, noun: str) -> TooLarge:
    sentence = f"The {noun} must be at most {maximum} bytes."
    return TooLarge(sentence, errors={name[:MAX_NAME]: [sentence]})


def _from_text(schema: Schema, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return values by name. A name that occurs twice is an error unless its node is a list."""
    nodes = {node.name: node for node in schema.children}
    values: dict[str, Any] = {}
    for name, raw in pairs:
        node = nodes.get(name)
        if node is not None and isinstance(node.typ, colander.Sequence):
            values.setdefault(name, []).append(_convert(node.children[0], raw))
        elif name in values:
            raise Invalid({name[:MAX_NAME]: ["key given more than once"]})
        else:
            values[name] = _convert(node, raw)
    return values


def _convert(node: colander.SchemaNode | None, raw: Any) -> Any:
    if node is not None and isinstance(node.typ, Type) and isinstance(raw, str):
        return node.typ.convert(raw)
    return raw
