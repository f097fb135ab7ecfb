"""Values that a JSON schema does not allow, for tests of endpoints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from .operations import JsonSchema

_KINDS: tuple[Any, ...] = (None, True, 7, 7.5, "text", ["text"], {"key": "text"}, [[]], [{}])
_HUGE = 10**30
MISSING = object()
#: Placeholders for values that Python cannot build, nested as deeply as the parser allows.
_DEEP = {"<deep list>": "[" * 1000 + "]" * 1000, "<deep object>": '{"a":' * 1000 + "1" + "}" * 1000}


def as_json(value: Any) -> bytes:
    text = json.dumps(value)
    for name, deep in _DEEP.items():
        text = text.replace(json.dumps(name), deep)
    return text.encode()


def describe_value(value: Any) -> str:
    """The value, shortened for messages."""
    text = repr(value)
    return text if len(text) < 120 else f"{text[:60]}... ({len(text)} characters)"


def wrong_values(schema: JsonSchema) -> Iterator[Any]:
    """JSON values of wrong types, out of range, too long, or invalid in lists and objects."""
    candidates: list[Any] = [*_KINDS, _HUGE, -_HUGE, 2**63, -(2**63) - 1]
    if "maximum" in schema:
        candidates.append(schema["maximum"] + 1)
    if "minimum" in schema:
        candidates.append(schema["minimum"] - 1)
    if "maxLength" in schema:
        candidates.append("x" * (schema["maxLength"] + 1))
    if "minLength" in schema:
        candidates.append("x" * (schema["minLength"] - 1))
    validator = Draft202012Validator(schema)
    yield from (value for value in candidates if not validator.is_valid(value))
    if "maxItems" in schema:
        # Not given to the validator, which would check every item.
        yield [_right(schema["items"])] * (schema["maxItems"] + 1)
    alternatives = schema.get("anyOf", [])
    for number, inner in enumerate(alternatives):
        # Wrong values of one alternative are valid if another one allows them.
        others = [*alternatives[:number], *alternatives[number + 1 :]]
        validator = Draft202012Validator({"anyOf": others})
        yield from (value for value in wrong_values(inner) if not validator.is_valid(value))
    yield from _DEEP
    if "string" in _types(schema):
        yield "NUL\0"
    if "array" in _types(schema):
        yield from ([value] for value in wrong_values(schema["items"]))
    if "object" in _types(schema):
        yield from _wrong_objects(schema)


def wrong_members(schema: JsonSchema) -> Iterator[tuple[str, Any]]:
    """Names with invalid values for an object of the schema; MISSING with required names."""
    others = schema.get("additionalProperties")
    if others is False:
        yield from (("unknown", value) for value in (1, *_DEEP))
    elif isinstance(others, dict):
        yield from (("name", value) for value in wrong_values(others))
    yield from ((name, MISSING) for name in schema.get("required", ()))
    for name, inner in schema.get("properties", {}).items():
        yield from ((name, value) for value in wrong_values(inner))


def changed(right: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The object with another value under the name, or without it."""
    others = {key: other_value for key, other_value in right.items() if key != name}
    return others if value is MISSING else {**others, name: value}


def _wrong_objects(schema: JsonSchema) -> Iterator[dict[str, Any]]:
    right = _right({**schema, "type": "object"})
    yield from (changed(right, name, value) for name, value in wrong_members(schema))


def wrong_texts(schema: JsonSchema) -> Iterator[str]:
    """Texts for a query that are not valid values of the schema."""
    types = _types(schema)
    if "integer" in types:
        yield from ("", "x", "1.0", "1e3", "0x1", "+1", " 1", "²", "１", "true", "1\0", "9" * 20)
        yield from ("9" * 5000, f"-{'9' * 20}", str(schema.get("minimum", 0) - 1))
        yield str(schema.get("maximum", 2**63 - 1) + 1)
    if "boolean" in types:
        yield from ("", "x", "2", "yes", "1\0")
    if "string" in types:
        yield "NUL\0"
        if "enum" in schema:
            yield "x" * 40
        if "maxLength" in schema:
            yield "x" * (schema["maxLength"] + 1)
        if "minLength" in schema:
            yield "x" * (schema["minLength"] - 1)


def _types(schema: JsonSchema) -> list[str]:
    names = schema.get("type", [])
    return [names] if isinstance(names, str) else list(names)


def _right(schema: JsonSchema) -> Any:
    """A value of the schema, for the other members of an invalid object."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = (*_types(schema), "null")[0]
    if kind == "object":
        return {name: _right(inner) for name, inner in schema.get("properties", {}).items()}
    samples = {"integer": schema.get("minimum", 1), "number": 1, "boolean": True, "array": []}
    return samples.get(kind, "x" * max(1, schema.get("minLength", 1)) if kind == "string" else None)
