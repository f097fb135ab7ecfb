"""Nodes around other nodes: objects with free keys, and nullable values."""

from __future__ import annotations

import math
from typing import Any

import colander

from .nodes import MAX_NAME, Key, StringType, Type, field


class NumberType(Type):
    """A finite number, an integer or not."""

    expected = "a number"

    def accepts(self, value: Any) -> bool:
        """Return whether the value is a JSON number."""
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and math.isfinite(value)


class MappingType(colander.SchemaType):
    """An object with any names as keys, whose values have one type."""

    def __init__(self, values: Type, maximum: int = 500, longest_key: int = MAX_NAME) -> None:
        self.values = values
        self.maximum = maximum
        self.longest_key = longest_key

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        """Validate every key and value."""
        if cstruct is colander.null:
            return colander.null
        if not isinstance(cstruct, dict):
            raise colander.Invalid(node, "expected a dictionary")
        if len(cstruct) > self.maximum:
            raise colander.Invalid(node, f"length of value must be at most {self.maximum}")
        error = colander.Invalid(node)
        values = {}
        for number, (name, value) in enumerate(cstruct.items()):
            key = Key(name)
            try:
                StringType().deserialize(key, name)
                if not 0 < len(name) <= self.longest_key:
                    raise colander.Invalid(key, "extra keys not allowed")
                values[name] = self.values.deserialize(key, value)
            except colander.Invalid as found:
                error.add(found, number)
        if error.children:
            raise error
        return values


def Mapping(values: Type, **kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """An object with free keys."""
    return field(MappingType(values), **kwargs)


class NullableType(colander.SchemaType):
    """The values of another node, or null."""

    def __init__(self, inner: colander.SchemaNode) -> None:
        self.inner = inner

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        """Validate the value unless it is null."""
        if cstruct is colander.null or cstruct is None:
            return cstruct
        self.inner.name = node.name
        try:
            return self.inner.deserialize(cstruct)
        except colander.Invalid as found:
            # Errors of the inner node are reported as errors of the outer one.
            error = colander.Invalid(node, found.msg)
            for child in found.children:
                error.add(child, child.pos)
            raise error from found


def Nullable(inner: colander.SchemaNode, **kwargs: Any) -> colander.SchemaNode:  # noqa: N802
    """Return a node that also accepts null, which clears the value."""
    return field(NullableType(inner), **kwargs)
