"""Named schemas of the OpenAPI document: every object is one, and references point only to them.

Client generators create a class for each component, and few follow a reference into the inside of
another schema.
"""

from __future__ import annotations

from zope.interface import Interface

from ..interfaces import ISerializer
from ..registry import Registry
from ..serialization.fields import JsonSchema
from ..serialization.serialize import added
from .names import camel, singular

_PLACE = "#/components/schemas/"


class Components:
    """The schemas by name, collected while the operations are described."""

    def __init__(self, registry: Registry, **schemas: JsonSchema) -> None:
        self._registry = registry
        self._schemas = dict(schemas)
        self._contents: dict[str, type[Interface]] = {}
        self._excerpts: dict[str, tuple[str, tuple[str, ...]]] = {}

    def all(self) -> dict[str, JsonSchema]:
        """Every schema, sorted by name."""
        excerpts = {
            name: self._excerpt(whole, fields) for name, (whole, fields) in self._excerpts.items()
        }
        return dict(sorted((self._schemas | excerpts).items()))

    def content(self, content: type[Interface], only: tuple[str, ...] | None = None) -> JsonSchema:
        """A reference to the content's schema, or to one with some of its fields.

        Raises ValueError for two contents with the same name.
        """
        name = content.__name__[1:]
        if self._contents.setdefault(name, content) is not content:
            other = self._contents[name]
            raise ValueError(f"{content!r} and {other!r} are both shown as {name}.")
        if name not in self._schemas:
            self._schemas[name] = {}  # ends the recursion of content that holds its own kind
            self._schemas[name] = self._describe(name, content)
        if only is None:
            return _reference(name)
        excerpt = f"{name}With{camel('_'.join(field for field in only if field != 'id'))}"
        self._excerpts[excerpt] = (name, only)
        return _reference(excerpt)

    def add(self, name: str, schema: JsonSchema) -> JsonSchema:
        """The schema with references in place of the objects in it.

        An object is named after its ``title``, or after its place. Raises ValueError for two
        different objects with the same name.
        """
        schema = dict(schema)
        name = str(schema.pop("title", name))
        for key in ("items", "additionalProperties"):
            if isinstance(schema.get(key), dict):
                schema[key] = self.add(singular(name), schema[key])
        if "anyOf" in schema:
            schema["anyOf"] = [self.add(name, inner) for inner in schema["anyOf"]]
        if not schema.get("properties"):
            return schema
        schema["properties"] = {
            member: self.add(f"{name}{camel(member)}", inner)
            for member, inner in schema["properties"].items()
        }
        if self._schemas.setdefault(name, schema) != schema:
            raise ValueError(f"Two different objects are called {name}: give one a title.")
        return _reference(name)

    def _describe(self, name: str, content: type[Interface]) -> JsonSchema:
        serializer = self._registry.getUtility(ISerializer, content.__identifier__)
        fields = dict(serializer.fields) | added(self._registry, content)
        properties = {}
        for field_name, field in fields.items():
            schema = self.add(f"{name}{camel(field_name)}", field.json_schema(self.content))
            if field.permission:
                schema["x-permission"] = field.permission
            properties[field_name] = schema
        required = [key for key, field in fields.items() if not field.permission and field.nested]
        # The description distinguishes an object, with lists in it or not, from a list of objects.
        description = {"type": "object", "properties": properties, "required": required}
        return {**description, "x-content": True}

    def _excerpt(self, whole: str, fields: tuple[str, ...]) -> JsonSchema:
        schema = self._schemas[whole]
        return {
            "type": "object",
            "properties": {name: schema["properties"][name] for name in fields},
            "required": [name for name in fields if name in schema["required"]],
        }


def _reference(name: str) -> JsonSchema:
    return {"$ref": f"{_PLACE}{name}"}
