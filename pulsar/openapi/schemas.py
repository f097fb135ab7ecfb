"""Conversion of colander nodes to JSON Schema (draft 2020-12)."""

from __future__ import annotations

from typing import Any

import colander

from ..validation.containers import MappingType, NullableType, NumberType
from ..validation.nodes import BooleanType, IntegerType, ListType, UploadType
from ..validation.times import DateTimeType


def json_schema(node: colander.SchemaNode) -> dict[str, Any]:
    """The JSON Schema of the node's valid input."""
    schema: dict[str, Any]
    if isinstance(node.typ, colander.Mapping):
        required = [child.name for child in node.children if child.required]
        schema = {
            "type": "object",
            "properties": {child.name: json_schema(child) for child in node.children},
            "additionalProperties": False,
        }
        if required:
            schema["required"] = required
    elif isinstance(node.typ, colander.Sequence):
        schema = {"type": "array", "items": json_schema(node.children[0])}
        if isinstance(node.typ, ListType):
            schema |= _present(minItems=node.typ.minimum or None, maxItems=node.typ.maximum)
    elif isinstance(node.typ, MappingType):
        values = json_schema(colander.SchemaNode(node.typ.values))
        schema = {
            "type": "object",
            "additionalProperties": values,
            "maxProperties": node.typ.maximum,
        }
    elif isinstance(node.typ, NullableType):
        schema = {"anyOf": [json_schema(node.typ.inner), {"type": "null"}]}
    elif isinstance(node.typ, NumberType):
        schema = {"type": "number"}
    elif isinstance(node.typ, IntegerType):
        schema = {"type": "integer"}
    elif isinstance(node.typ, BooleanType):
        schema = {"type": "boolean"}
    elif isinstance(node.typ, UploadType):
        schema = {"type": "string", "contentMediaType": "application/octet-stream"}
    elif isinstance(node.typ, DateTimeType):
        schema = {"type": "string", "format": "date-time"}
    else:
        schema = {"type": "string"}
    for validator in _validators(node.validator):
        schema.update(_limits(validator))
    if node.description:
        schema["description"] = node.description
    if node.missing not in (colander.required, colander.drop, None):
        schema["default"] = node.missing
    return schema


def _validators(validator: Any) -> list[Any]:
    if validator is None:
        return []
    return list(validator.validators) if isinstance(validator, colander.All) else [validator]


def _limits(validator: Any) -> dict[str, Any]:
    """The limits that a validator adds to the schema."""
    if isinstance(validator, colander.Range):
        return _present(minimum=validator.min, maximum=validator.max)
    if isinstance(validator, colander.Length):
        return _present(minLength=validator.min or None, maxLength=validator.max)
    if isinstance(validator, colander.OneOf):
        return {"enum": list(validator.choices)}
    return {}


def _present(**limits: Any) -> dict[str, Any]:
    return {name: value for name, value in limits.items() if value is not None}
