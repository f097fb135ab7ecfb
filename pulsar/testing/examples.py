"""Examples of what endpoints take, so that tests can walk the whole API without knowing it.

A domain keeps its examples in a module ``examples`` beside its views: an :class:`Examples` named
``examples``. Wherever one is missing, the walk fails and says which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ..registry import Registry

if TYPE_CHECKING:
    from .site_model import World

_Make = Callable[["World"], Any]
_Populate = Callable[["World", int], None]


@dataclass(frozen=True, slots=True)
class Form:
    """A multipart body: text fields, and files as (file name, content)."""

    fields: dict[str, str]
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


class Examples:
    """What each function makes is valid: with it, the endpoint succeeds when staff calls it."""

    def __init__(self) -> None:
        self.parameters: dict[str, _Make] = {}
        self.bodies: dict[str, _Make] = {}
        self.queries: dict[str, _Make] = {}
        self.callers: dict[str, _Make] = {}
        self.lists: dict[str, _Populate] = {}
        self.constant: set[str] = set()
        self.own: dict[str, str] = {}
        self.opening: dict[str, _Make] = {}
        self.implying: set[tuple[str, str]] = set()
        self.places: dict[str, _Make] = {}
        self.changes: dict[str, _Make] = {}
        self.fixed_members: set[str] = set()

    def parameter(self, name: str, path: str = "") -> Callable[[_Make], _Make]:
        """A path parameter's value, of something that belongs to ``world.owner``.

        With ``path`` it counts for the templates that begin so, else for all.
        """
        return _into(self.parameters, f"{path} {name}".strip())

    def body(self, operation: str) -> Callable[[_Make], _Make]:
        """The body of ``"PUT /users/{user_id}"``: a dictionary, or a Form."""
        return _into(self.bodies, operation)

    def change(self, operation: str, member: str) -> Callable[[_Make], _Make]:
        """A value for one member of the body of ``"PUT /users/{user_id}"`` that changes it.

        Needed where no other value of its schema will do.
        """
        return _into(self.changes, f"{operation} {member}")

    def fixed(self, operation: str, member: str) -> None:
        """Say that the thing of the examples does not let the member of the body be changed."""
        self.fixed_members.add(f"{operation} {member}")

    def query(self, operation: str) -> Callable[[_Make], _Make]:
        """The query, a dictionary, of an operation that does not go without."""
        return _into(self.queries, operation)

    def caller(self, operation: str) -> Callable[[_Make], _Make]:
        """The Person who calls with success, where it is not staff."""
        return _into(self.callers, operation)

    def items(self, path: str) -> Callable[[_Populate], _Populate]:
        """Makes so many things that the list at the path shows to staff, and no others."""
        return _into(self.lists, path)

    def constant_list(self, path: str) -> None:
        """Say that the list at the path is made by configuration alone."""
        self.constant.add(path)

    def owned(self, path: str, like: str) -> None:
        """Say that what is at and below the path is the caller's own, and like what path.

        Bodies are the same at both, where the former has none of its own.
        """
        self.own[path] = like

    def opens(self, function: _Make) -> _Make:
        """Answers the permissions, of those that patterns declare, by which things are seen."""
        self.opening[f"{function.__module__}.{function.__name__}"] = function
        return function

    def implies(self, permission: str, other: str) -> None:
        """Say that whoever holds the permission does what the other one is for, too."""
        self.implying.add((permission, other))

    def sufficient(self, permission: str) -> set[str]:
        """The permission, and those that imply it."""
        return {permission, *(name for name, other in self.implying if other == permission)}

    def place(self, name: str) -> Callable[[_Make], _Make]:
        """The path that shows a path parameter's thing, where neither its own nor a list does."""
        return _into(self.places, name)

    def include(self, other: Examples) -> None:
        """Take in another's examples."""
        for name, value in vars(other).items():
            getattr(self, name).update(value)


def _into(registry: dict[str, Any], key: str) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        registry[key] = function
        return function

    return register


def load(registry: Registry) -> Examples:
    """The examples of every package that has a view."""
    packages: set[str] = set()
    for entry in registry.introspector.get_category("views") or ():
        parts = getattr(entry["introspectable"]["callable"], "__module__", "").split(".")
        packages.update(".".join(parts[:length]) for length in range(1, len(parts)))
    examples = Examples()
    for package in sorted(packages):
        name = f"{package}.examples"
        found = getattr(import_module(name), "examples", None) if find_spec(name) else None
        if isinstance(found, Examples):
            examples.include(found)
    return examples
