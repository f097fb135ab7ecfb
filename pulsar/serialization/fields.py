"""Fields of serialized content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Protocol

from zope.interface import Interface, implementer

from ..interfaces import IField
from ..request import Request

JsonSchema = dict[str, Any]


class Refs(Protocol):
    """Returns the reference to the schema of content, or to a schema with some of its fields."""

    def __call__(
        self, content: type[Interface], only: tuple[str, ...] | None = None
    ) -> JsonSchema: ...


INTEGER: JsonSchema = {"type": "integer"}
NUMBER: JsonSchema = {"type": "number"}
STRING: JsonSchema = {"type": "string"}
BOOLEAN: JsonSchema = {"type": "boolean"}
DATETIME: JsonSchema = {"type": "string", "format": "date-time"}


def nullable(schema: JsonSchema) -> JsonSchema:
    """The schema, or null."""
    kind = schema["type"]
    return {**schema, "type": [*(kind if isinstance(kind, list) else [kind]), "null"]}


def array_of(schema: JsonSchema) -> JsonSchema:
    """A list of such values."""
    return {"type": "array", "items": schema}


@implementer(IField)
class Field:
    """A value from one model: an attribute, or the result of ``get(request, model)``.

    ``permission`` hides the field from callers without it, unless ``own`` shows it to the owner.
    ``nested=False`` omits it if the object is inside another one. ``personal=True`` means that its
    values depend on the caller, so that copies are not shared. If they depend on a property that
    many callers share, ``personal`` is a function that returns this property.
    """

    def __init__(
        self,
        schema: JsonSchema,
        get: Callable[[Request, Any], Any] | str | None = None,
        *,
        permission: str | None = None,
        own: bool = False,
        nested: bool = True,
        personal: bool | Callable[[Request], str] = False,
        doc: str = "",
    ) -> None:
        self.schema = schema
        self.get = get
        self.permission = permission
        self.own = own
        self.nested = nested
        self.personal = personal
        self.doc = doc
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        if self.get is None:
            self.get = name

    def values(self, request: Request, models: Sequence[Any]) -> list[Any]:
        """One value per model."""
        if callable(self.get):
            return [self.get(request, model) for model in models]
        return list(map(attrgetter(self.get or self.name), models))

    def least(self, model: Any) -> int:
        """The minimum size of the value in bytes, as far as known before the value is made."""
        return 0

    def work(self, model: Any) -> int:
        """The maximum work to make the value, in the units of :mod:`pulsar.text.work`."""
        return 0

    def json_schema(self, refs: Refs) -> JsonSchema:
        return {**self.schema, "description": self.doc} if self.doc else self.schema


class BatchField(Field):
    """A value that is loaded for all models at once: ``load(request, models)`` maps ids to values.

    ``load`` must run the same statements for one model as for a hundred.
    """

    def __init__(
        self,
        schema: JsonSchema,
        load: Callable[[Request, Sequence[Any]], Mapping[int, Any]],
        *,
        missing: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(schema, "id", **kwargs)
        self.load = load
        self.missing = missing

    def values(self, request: Request, models: Sequence[Any]) -> list[Any]:
        """One value per model, ``missing`` if none was loaded."""
        loaded = self.load(request, models)
        return [loaded.get(model.id, self.missing) for model in models]


class NestedField(Field):
    """Another object inside this one, possibly with only some of its fields."""

    def __init__(
        self,
        content: type[Interface],
        get: Callable[[Request, Any], Any] | str | None = None,
        *,
        only: tuple[str, ...] | None = None,
        many: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__({}, get, **kwargs)
        self.content = content
        self.only = only
        self.many = many

    def values(self, request: Request, models: Sequence[Any]) -> list[Any]:
        """One object (or list of objects) per model; all of them are serialized together."""
        contents = super().values(request, models)
        if self.many:
            flat = [inner for inners in contents for inner in inners]
            objects = iter(request.serialize.many(flat, only=self.only, nested=True))
            return [[next(objects) for _ in inners] for inners in contents]
        present = [inner for inner in contents if inner is not None]
        objects = iter(request.serialize.many(present, only=self.only, nested=True))
        return [None if inner is None else next(objects) for inner in contents]

    def json_schema(self, refs: Refs) -> JsonSchema:
        """A reference to the content or to an excerpt of it, or a list of either."""
        schema = refs(self.content, self.only)
        return array_of(schema) if self.many else {"anyOf": [schema, {"type": "null"}]}
