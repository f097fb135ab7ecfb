"""Examples of the input of endpoints, with which tests walk the whole API.

A domain keeps its examples in a module ``examples`` beside its views: an :class:`Examples` named
``examples``. If one is missing, the walk fails and says which.
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
    """Functions that return valid input, with which the endpoint succeeds when called by staff."""

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
        """Declare the value of a path parameter, for an item of ``world.owner``.

        With ``path`` it applies to templates with that prefix, otherwise to all.
        """
        return _into(self.parameters, f"{path} {name}".strip())

    def body(self, operation: str) -> Callable[[_Make], _Make]:
        """Declare the body of ``"PUT /users/{user_id}"``: a dictionary, or a Form."""
        return _into(self.bodies, operation)

    def change(self, operation: str, member: str) -> Callable[[_Make], _Make]:
        """Declare a value for one member of the body of ``"PUT /users/{user_id}"`` that changes it.

        Needed if no other value of its schema is valid.
        """
        return _into(self.changes, f"{operation} {member}")

    def fixed(self, operation: str, member: str) -> None:
        """Declare that the example's item does not allow changes of this member of the body."""
        self.fixed_members.add(f"{operation} {member}")

    def query(self, operation: str) -> Callable[[_Make], _Make]:
        """Declare the query, a dictionary, of an operation that requires one."""
        return _into(self.queries, operation)

    def caller(self, operation: str) -> Callable[[_Make], _Make]:
        """Declare the Person who calls the operation with success, if it is not staff."""
        return _into(self.callers, operation)

    def items(self, path: str) -> Callable[[_Populate], _Populate]:
        """Declare a function that adds a number of items that staff see in the list at the path."""
        return _into(self.lists, path)

    def constant_list(self, path: str) -> None:
        """Declare that the list at the path depends only on the configuration."""
        self.constant.add(path)

    def owned(self, path: str, like: str) -> None:
        """Declare that the path belongs to the caller, and to which path it is equivalent.

        Both have the same bodies, unless the former has its own.
        """
        self.own[path] = like

    def opens(self, function: _Make) -> _Make:
        """Declare the permissions, of those with patterns, that give access to items."""
        self.opening[f"{function.__module__}.{function.__name__}"] = function
        return function

    def implies(self, permission: str, other: str) -> None:
        """Declare that holders of the permission may do everything that the other one allows."""
        self.implying.add((permission, other))

    def sufficient(self, permission: str) -> set[str]:
        """The permission, and all that imply it."""
        return {permission, *(name for name, other in self.implying if other == permission)}

    def place(self, name: str) -> Callable[[_Make], _Make]:
        """Declare the path that shows a parameter's object, if neither its own nor a list does."""
        return _into(self.places, name)

    def include(self, other: Examples) -> None:
        """Include the examples of another object."""
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
        module_examples = (
            getattr(import_module(name), "examples", None) if find_spec(name) else None
        )
        if isinstance(module_examples, Examples):
            examples.include(module_examples)
    return examples
