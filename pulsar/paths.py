"""The URL paths of resource classes, from the registered resources."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from zope.interface import implementedBy

from .interfaces import IRoot
from .registry import Registry
from .traversal import Collection, Item, Resource, Root, parse_id

_WORDS = re.compile(r"\s+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
#: A segment in templates, a test whether a path's segment matches it, and the class of the child.
_Child = tuple[str, Callable[[str], bool], type[Resource]]


def resource_paths(registry: Registry) -> dict[type[Resource], list[str]]:
    """The path templates of every resource class that can be reached from the root."""
    entries = _entries(registry)
    paths: dict[type[Resource], list[str]] = {}

    def walk(cls: type[Resource], path: str, depth: int) -> None:
        if path in paths.setdefault(cls, []) or depth > 8:
            return
        paths[cls].append(path)
        for segment, _, child in _children(cls, entries):
            walk(child, f"{path.rstrip('/')}/{segment}", depth + 1)

    walk(Root, "/", 0)
    return paths


def resource_at(registry: Registry, path: str) -> tuple[type[Resource], str] | None:
    """The resource class and the view name of a path, None if it leads nowhere.

    Only the form of the path counts. Nothing is looked up, so the result does not reveal what
    exists.
    """
    entries = _entries(registry)
    cls: type[Resource] = Root
    segments = path.split("/")[1:] if path != "/" else []
    for position, segment in enumerate(segments):
        children = sorted(_children(cls, entries), key=_rank)
        child = next((child for _, fits, child in children if fits(segment)), None)
        if child is None:
            return (cls, segment) if position == len(segments) - 1 else None
        cls = child
    return cls, ""


def _entries(registry: Registry) -> list[Any]:
    category = registry.introspector.get_category("pulsar resources") or ()
    return [entry["introspectable"] for entry in category]


def _children(cls: type[Resource], entries: list[Any]) -> Iterator[_Child]:
    """The children of a class: registered ones, declared ones, and a collection's items."""
    for entry in entries:
        parent = entry["parent"]
        below = parent is IRoot if cls is Root else _provides(cls, parent)
        if below:
            factory = entry["factory"]
            if entry["name"]:
                yield entry["name"], entry["name"].__eq__, factory
            else:
                yield f"{{{_snake(factory.__name__)}}}", _form(entry), factory
    for segment, child in getattr(cls, "children", {}).items():
        yield segment, _declared(segment), child
    if issubclass(cls, Collection) and cls.item is not Item:
        segment = f"{{{parameter(cls)}}}"
        yield segment, _declared(segment), cls.item


def _rank(child: _Child) -> int:
    """Sort names first, as in traversal, then ids, then all other segments."""
    template = child[0]
    return 0 if not template.startswith("{") else 1 if template.endswith("_id}") else 2


def _form(entry: Any) -> Callable[[str], bool]:
    form = re.compile(entry["pattern"], re.ASCII)
    return lambda segment: form.fullmatch(segment) is not None


def _declared(template: str) -> Callable[[str], bool]:
    if not template.startswith("{"):
        return template.__eq__
    if template.endswith("_id}"):
        return lambda segment: parse_id(segment) is not None
    return bool


def _provides(cls: type[Resource], parent: Any) -> bool:
    if isinstance(parent, type):
        return issubclass(cls, parent)
    declared: Any = implementedBy(cls)  # type: ignore[no-untyped-call]
    return parent in declared.flattened()


def parameter(cls: type[Collection[Any]]) -> str:
    """The name of an item's segment: ``user_id``, or the name of a key that is not an id."""
    key = cls.item.key
    return f"{_snake(cls.noun)}_id" if key == "id" else key


def _snake(name: str) -> str:
    """``UserClass`` is ``user_class``, ``APIKey`` is ``api_key``."""
    return _WORDS.sub("_", name).lower()
