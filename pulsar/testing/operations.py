"""The endpoints in the OpenAPI document, for tests that walk all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_PARAMETER = re.compile(r"{(\w+)}")
JsonSchema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path template, as described by the document."""

    method: str
    path: str
    description: dict[str, Any] = field(repr=False, hash=False)
    #: The methods that the path supports, sorted.
    allowed: tuple[str, ...]
    #: The document's named schemas.
    schemas: dict[str, JsonSchema] = field(default_factory=dict, repr=False, hash=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def first(self) -> bool:
        """Whether it represents its path in tests for which any method is sufficient."""
        return self.method == next(name for name in self.allowed if name not in ("HEAD", "OPTIONS"))

    @property
    def permission(self) -> str | None:
        return self.description.get("x-permission")

    @property
    def needs_key(self) -> bool:
        """Whether it requires a key."""
        return bool(self.description.get("security"))

    @property
    def path_parameters(self) -> list[str]:
        """The names in the path, in their order."""
        return _PARAMETER.findall(self.path)

    @property
    def query(self) -> dict[str, JsonSchema]:
        """The schemas of the query's parameters by name."""
        return {
            parameter["name"]: parameter["schema"]
            for parameter in self.description.get("parameters", ())
            if parameter["in"] == "query"
        }

    @property
    def required_query(self) -> list[str]:
        """The required parameters of the query."""
        return [
            parameter["name"]
            for parameter in self.description.get("parameters", ())
            if parameter["in"] == "query" and parameter["required"]
        ]

    @property
    def takes_body(self) -> bool:
        """Whether it reads a body; an operation without input accepts an empty object."""
        return self.method != "GET"

    @property
    def media_type(self) -> str:
        """The type of the body."""
        content = self.description.get("requestBody", {}).get("content", {"application/json": {}})
        return str(next(iter(content)))

    @property
    def body(self) -> JsonSchema:
        """The schema of the body."""
        content = self.description.get("requestBody", {}).get("content", {})
        nothing = {"type": "object", "properties": {}, "additionalProperties": False}
        schema: JsonSchema = content.get(self.media_type, {}).get("schema", nothing)
        return self.whole(schema)

    @property
    def example(self) -> dict[str, Any] | None:
        content = self.description.get("requestBody", {}).get("content", {})
        example: dict[str, Any] | None = content.get(self.media_type, {}).get("example")
        return example

    def resolved(self, schema: JsonSchema) -> JsonSchema:
        """The schema, or the one that it refers to."""
        reference: str | None = schema.get("$ref")
        return schema if reference is None else self.schemas[reference.rpartition("/")[2]]

    def whole(self, schema: JsonSchema) -> JsonSchema:
        """The schema with its references resolved; it must not be recursive."""
        resolved = dict(self.resolved(schema))
        for key in ("items", "additionalProperties"):
            if isinstance(resolved.get(key), dict):
                resolved[key] = self.whole(resolved[key])
        if "anyOf" in resolved:
            resolved["anyOf"] = [self.whole(inner) for inner in resolved["anyOf"]]
        if "properties" in resolved:
            members = resolved["properties"].items()
            resolved["properties"] = {name: self.whole(inner) for name, inner in members}
        return resolved

    @property
    def answers(self) -> dict[int, dict[str, Any]]:
        """The responses by status."""
        return {int(status): answer for status, answer in self.description["responses"].items()}

    @property
    def success(self) -> int:
        """The status of success."""
        return min(self.answers)

    @property
    def lists(self) -> bool:
        """Whether it returns a list of items, or several lists, paged or not."""
        content = self.answers[self.success].get("content", {}).get("application/json", {})
        envelope = self.resolved(content.get("schema", {}))
        response = self.resolved(envelope.get("properties", {}).get("response", {}))
        if "x-content" in response:
            return False
        parts = [
            response,
            response.get("additionalProperties"),
            *response.get("properties", {}).values(),
        ]
        return any(
            isinstance(subschema, dict) and subschema.get("type") == "array" for subschema in parts
        )

    def fill(self, values: dict[str, str]) -> str:
        """The path with its parameters filled in; the values must be escaped."""
        return _PARAMETER.sub(lambda match: values[match[1]], self.path)


def operations(document: dict[str, Any]) -> list[Operation]:
    """Every operation of the document, in its order."""
    return [
        Operation(
            method.upper(), path, description, _allowed(methods), document["components"]["schemas"]
        )
        for path, methods in document["paths"].items()
        for method, description in methods.items()
    ]


def _allowed(methods: Iterable[str]) -> tuple[str, ...]:
    names = {"OPTIONS", *(method.upper() for method in methods)}
    return tuple(sorted(names | {"HEAD"} if "GET" in names else names))
