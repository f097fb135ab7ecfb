"""Which URLs lead to which resource classes, read off the registered resources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from zope.interface import implementedBy

from ..interfaces import IRoot
from ..traversal import Collection, Item, Resource, Root

_WORDS = re.compile(r"\s+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def resource_paths(registry: Any) -> dict[type[Resource], list[str]]:
    """The path templates of every resource class that can be reached from the root."""
    entries = [
        entry["introspectable"]
        for entry in registry.introspector.get_category("pulsar resources") or ()
    ]
    found: dict[type[Resource], list[str]] = {}

    def walk(cls: type[Resource], path: str, depth: int) -> None:
        if path in found.setdefault(cls, []) or depth > 8:
            return
        found[cls].append(path)
        for segment, child in _children(cls, entries):
            walk(child, f"{path.rstrip('/')}/{segment}", depth + 1)

    walk(Root, "/", 0)
    return found


def _children(cls: type[Resource], entries: list[Any]) -> Iterator[tuple[str, type[Resource]]]:
    """What is below a class: registered children, declared ones, and a collection's items."""
    for entry in entries:
        parent = entry["parent"]
        below = parent is IRoot if cls is Root else _provides(cls, parent)
        if below:
            factory = entry["factory"]
            yield entry["name"] or f"{{{_snake(factory.__name__)}}}", factory
    yield from getattr(cls, "children", {}).items()
    if issubclass(cls, Collection) and cls.item is not Item:
        yield f"{{{parameter(cls)}}}", cls.item


def _provides(cls: type[Resource], parent: Any) -> bool:
    if isinstance(parent, type):
        return issubclass(cls, parent)
    return parent in implementedBy(cls).flattened()


def parameter(cls: type[Collection]) -> str:
    """What an item's segment is called: ``user_id``, or as the key that is no id."""
    key = cls.item.key
    return f"{_snake(cls.noun)}_id" if key == "id" else key


def _snake(name: str) -> str:
    """``UserClass`` is ``user_class``, ``APIKey`` is ``api_key``."""
    return _WORDS.sub("_", name).lower()
