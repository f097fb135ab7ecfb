"""Serializing content for one caller."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from zope.interface import implementedBy

from ..interfaces import IField, IItem, ISerializer
from ..paging import Page
from ..registry import Registry
from ..request import Request
from ..settings import CoreSettings
from .encoding import encode
from .listings import listing
from .serializer import Serializer

#: The maximum work for the items of a response, in units of about a microsecond: that of ten texts
#: at the limit for one text.
LIST_WORK = 1_200_000

_Fields = dict[str, Any]


class Serialization:
    """``request.serialize(value)``: content becomes objects, pages become listings.

    All objects of one kind in a list are serialized field by field, so a field that needs SQL runs
    its statements once for all of them.
    """

    def __init__(self, request: Request) -> None:
        self._request = request

    def __call__(self, value: Any) -> Any:
        """Convert the value to its JSON representation."""
        if isinstance(value, Page):
            return listing(self._request, self.page(value))
        if isinstance(value, (list, tuple)):
            return self.many(value)
        if IItem.providedBy(value):
            value = value.model
        return self.many([value])[0]

    def many(
        self, values: Sequence[Any], *, only: tuple[str, ...] | None = None, nested: bool = False
    ) -> list[Any]:
        """The values in their order; values without a serializer are left unchanged."""
        objects_in_order: list[Any] = list(values)
        places: dict[type, list[int]] = {}
        for place, value in enumerate(values):
            places.setdefault(type(value), []).append(place)
        for kind, positions in places.items():
            registration = registered(self._request.registry, kind)
            if registration is not None:
                models = [values[place] for place in positions]
                objects = self._objects(*registration, models, only, nested)
                for place, item in zip(positions, objects, strict=True):
                    objects_in_order[place] = item
        return objects_in_order

    def page(self, page: Page) -> Page:
        """The page with serialized items, and fewer of them if they are too long.

        Repeated calls change nothing. A page that ``after`` does not continue is not shortened.
        """
        show = self.within_budget if page.may_be_cut else self.many
        return page.cut(show(page.items, nested=page.nested))

    def within_budget(
        self, values: Sequence[Any], *, only: tuple[str, ...] | None = None, nested: bool = False
    ) -> list[Any]:
        """The first values, as many as ``pulsar.max_list`` bytes of JSON hold; at least one.

        Values that are certain to be too long or might need too much work are not serialized.
        """
        budget: int = CoreSettings.max_list.of(self._request.registry)
        least = fitting((self._least(value) for value in values), budget)
        values = values[:least]
        values = values[: fitting((self._work(value) for value in values), LIST_WORK)]
        objects = self.many(values, only=only, nested=nested)
        return objects[: fitting((len(encode(item)) for item in objects), budget)]

    def _least(self, value: Any) -> int:
        """The length of the value's texts, which its JSON contains beside their HTML."""
        registration = registered(self._request.registry, type(value))
        return sum(field.least(value) for field in registration[1].values()) if registration else 0

    def _work(self, value: Any) -> int:
        """The maximum work for the value's texts."""
        registration = registered(self._request.registry, type(value))
        return sum(field.work(value) for field in registration[1].values()) if registration else 0

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
        for model in models:
            self._request.cache.depends(*serializer.cache_tags(model))
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


def fitting(sizes: Iterable[int], budget: int) -> int:
    """How many of the first sizes fit into the budget together; at least one."""
    total = number = 0
    for size in sizes:
        total += size
        if total > budget and number:
            break
        number += 1
    return number


def registered(registry: Registry, kind: type) -> tuple[type[Serializer], _Fields] | None:
    """The serializer of a class and its fields, including those of plugins; looked up once."""
    registrations: dict[type, Any] = registry.setdefault("pulsar.serializers", {})
    if kind not in registrations:
        provided: Any = implementedBy(kind)  # type: ignore[no-untyped-call]
        serializer = registry.adapters.lookup((provided,), ISerializer)
        registrations[kind] = None
        if serializer is not None:
            serializer = serializer(None)
            registrations[kind] = (serializer, serializer.fields | added(registry, provided))
    return registrations[kind]


def added(registry: Registry, provided: Any) -> _Fields:
    """The fields that plugins added to content with these interfaces."""
    fields: _Fields = {}
    for interface in provided.__iro__:
        prefix = f"{interface.__identifier__}:"
        for name, field in sorted(registry.getUtilitiesFor(IField)):
            if name.startswith(prefix):
                fields[name[len(prefix) :]] = field
    return fields
