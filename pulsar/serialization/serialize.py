"""Serializing content for one caller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyramid.request import Request
from zope.interface import implementedBy

from ..db.pagination import Page, Slice
from ..interfaces import IField, IItem, ISerializer
from .serializer import Serializer

_Fields = dict[str, Any]


class Serialization:
    """``request.serialize(value)``: content becomes objects, pages become listings.

    All objects of one kind in a list are serialized field by field, so that a field that needs SQL
    asks once for all of them.
    """

    def __init__(self, request: Request) -> None:
        self._request = request

    def __call__(self, value: Any) -> Any:
        """What JSON shows of the value."""
        if isinstance(value, Page):
            return {
                "items": self.many(value.items, nested=value.nested),
                "page": value.page,
                "limit": value.limit,
                "total": value.total,
                "pages": value.pages,
            }
        if isinstance(value, Slice):
            return {
                "items": self.many(value.items, nested=value.nested),
                "limit": value.limit,
                "after": value.after,
            }
        if isinstance(value, (list, tuple)):
            return self.many(value)
        if IItem.providedBy(value):
            value = value.model
        return self.many([value])[0]

    def many(
        self, values: Sequence[Any], *, only: tuple[str, ...] | None = None, nested: bool = False
    ) -> list[Any]:
        """The values in their order; whatever has no serializer is left as it is."""
        shown: list[Any] = list(values)
        places: dict[type, list[int]] = {}
        for place, value in enumerate(values):
            places.setdefault(type(value), []).append(place)
        for kind, wanted in places.items():
            found = registered(self._request.registry, kind)
            if found is not None:
                models = [values[place] for place in wanted]
                objects = self._objects(*found, models, only, nested)
                for place, item in zip(wanted, objects, strict=True):
                    shown[place] = item
        return shown

    def _objects(
        self,
        serializer: type[Serializer],
        fields: _Fields,
        models: list[Any],
        only: tuple[str, ...] | None,
        nested: bool,
    ) -> list[dict[str, Any]]:
        identity = self._request.identity
        own = [
            identity is not None and identity.owns(serializer.owner_id(model)) for model in models
        ]
        objects: list[dict[str, Any]] = [{} for _ in models]
        for name, field in fields.items():
            if (only is not None and name not in only) or (nested and not field.nested):
                continue
            if field.permission is None or (
                identity is not None and identity.has(field.permission)
            ):
                seen = range(len(models))
            elif field.own and True in own:
                seen = [place for place, mine in enumerate(own) if mine]  # type: ignore[assignment]
            else:
                continue
            values = field.values(self._request, [models[place] for place in seen])
            for place, value in zip(seen, values, strict=True):
                objects[place][name] = value
        return objects


def registered(registry: Any, kind: type) -> tuple[type[Serializer], _Fields] | None:
    """The serializer of a class and its fields with those that plugins added, looked up once."""
    known: dict[type, Any] = registry.setdefault("pulsar.serializers", {})
    if kind not in known:
        provided = implementedBy(kind)
        serializer = registry.adapters.lookup((provided,), ISerializer)
        known[kind] = None
        if serializer is not None:
            serializer = serializer(None)
            known[kind] = (serializer, serializer.fields | added(registry, provided))
    return known[kind]


def added(registry: Any, provided: Any) -> _Fields:
    """The fields that plugins added to content of the interfaces."""
    fields: _Fields = {}
    for interface in provided.__iro__:
        prefix = f"{interface.__identifier__}:"
        for name, field in sorted(registry.getUtilitiesFor(IField)):
            if name.startswith(prefix):
                fields[name[len(prefix) :]] = field
    return fields
