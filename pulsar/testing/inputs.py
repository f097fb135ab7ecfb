"""Compares the TypedDicts of views with the schemas that produce ``request.validated``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, NotRequired, get_args, get_origin, get_type_hints

import colander

from ..validation.containers import MappingType as DictType
from ..validation.containers import NullableType, NumberType
from ..validation.nodes import BooleanType, IntegerType, ListType, StringType, UploadType
from ..validation.times import DateTimeType

_SCALARS: dict[type, Any] = {
    BooleanType: bool,
    DateTimeType: datetime,
    IntegerType: int,
    NumberType: float,
    StringType: str,
    UploadType: bytes,
}


class Key(NamedTuple):
    """The type of a value of the input, and whether it is required."""

    type: Any
    required: bool


def keys_of_schema(schema: colander.SchemaNode) -> dict[str, Key]:
    """The keys of the input that the schema produces, by name."""
    return {
        node.name: Key(_type_of(node), node.missing is not colander.drop)
        for node in schema.children
    }


def keys_of_annotation(view: Callable[..., Any]) -> dict[str, Key] | None:
    """The keys of the annotation ``Request[...]`` of a view, None without an annotation."""
    arguments = get_args(get_type_hints(view).get("request"))
    return keys_of_typed_dict(arguments[0]) if arguments else None


def keys_of_typed_dict(typed: Any) -> dict[str, Key]:
    """The keys of a TypedDict."""
    # Python 3.11 does not see that annotations in text form are NotRequired.
    marked = get_type_hints(typed, include_extras=True)
    optional = {name for name, hint in marked.items() if get_origin(hint) is NotRequired}
    optional |= typed.__optional_keys__
    return {name: Key(hint, name not in optional) for name, hint in get_type_hints(typed).items()}


def _type_of(node: colander.SchemaNode) -> Any:
    """The type of the node's values; for an object with keys, their dict."""
    missing_none = node.missing is None and not node.required
    inner = _plain_type(node)
    return inner | None if missing_none else inner


def _plain_type(node: colander.SchemaNode) -> Any:
    typ = node.typ
    if type(typ) in _SCALARS:
        return _SCALARS[type(typ)]
    if isinstance(typ, NullableType):
        return _plain_type(typ.inner) | None
    if isinstance(typ, ListType):
        return list[_plain_type(node.children[0])]  # type: ignore[misc]
    if isinstance(typ, DictType):
        return dict[str, Any]
    return dict[str, Any]
