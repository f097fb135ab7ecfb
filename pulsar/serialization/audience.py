"""Who sees content the same way: part of the keys under which shown content is cached."""

from __future__ import annotations

from collections.abc import Iterable

from zope.interface import Interface

from ..interfaces import IField, ISerializer
from ..registry import Registry
from ..request import Request
from .fields import NestedField
from .serialize import added

_NEEDED = "pulsar.audiences"


def audience(
    request: Request, content: type[Interface], only: tuple[str, ...] | None = None
) -> str:
    """What decides how the caller sees the content, nested content included.

    Callers with the same text see the same, so that one copy serves all of them. It names the
    caller where a field is theirs to see because they own it, or depends on who asks. ``only``
    names the fields that the copy has, where it has not all of them.
    """
    known = request.registry.setdefault(_NEEDED, {})
    needed = known.get((content, only))
    if needed is None:
        needed = known[content, only] = _needed(request.registry, content, only, frozenset())
    permissions, personal = needed
    identity = request.identity
    if identity is None:
        return ""
    held = sorted(identity.held_of(permissions))
    whose = [f"user:{identity.user_id}", "scoped" if identity.scope else ""] if personal else []
    return "+".join([*held, *whose])


def _needed(
    registry: Registry,
    content: type[Interface],
    only: tuple[str, ...] | None,
    above: frozenset[type[Interface]],
) -> tuple[frozenset[str], bool]:
    """The permissions that fields ask for, and whether some depend on who asks."""
    permissions: set[str] = set()
    personal = False
    for field in _fields(registry, content, only, nested=bool(above)):
        if field.permission is not None:
            permissions.add(field.permission)
        personal = personal or field.own or field.personal
        if isinstance(field, NestedField) and field.content not in above:
            inner, own = _needed(registry, field.content, field.only, above | {content})
            permissions.update(inner)
            personal = personal or own
    return frozenset(permissions), personal


def _fields(
    registry: Registry, content: type[Interface], only: tuple[str, ...] | None, *, nested: bool
) -> Iterable[IField]:
    serializer = registry.getUtility(ISerializer, content.__identifier__)
    fields = dict(serializer.fields) | added(registry, content)
    for name, field in fields.items():
        if (only is None or name in only) and (field.nested or not nested):
            yield field
