"""Who sees content the same way: part of the keys under which shown content is cached."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from zope.interface import Interface

from ..interfaces import IField, ISerializer
from ..registry import Registry
from ..request import Request
from .fields import NestedField
from .serialize import added

_NEEDED = "pulsar.audiences"


def audience(
    request: Request,
    content: type[Interface],
    only: tuple[str, ...] | None = None,
    *,
    own: bool = True,
) -> str:
    """What decides how the caller sees the content, nested content included.

    Callers with the same text see the same, so that one copy serves all of them. It names the
    caller where a field is theirs to see because they own it, or depends on who asks; where it
    depends on what ``personal`` of the field tells, that is in it. ``only``
    names the fields that the copy has, where it has not all of them. ``own=False`` says that the
    content is not the caller's.
    """
    remembered = request.registry.setdefault(_NEEDED, {})
    needs = remembered.get((content, only, own))
    if needs is None:
        needs = _Needs()
        _collect(needs, request.registry, content, only, own, frozenset())
        # Only then, or another thread would see what has not all been collected.
        needs = remembered.setdefault((content, only, own), needs)
    identity = request.identity
    if identity is None:
        return ""
    held = sorted(identity.held_of(frozenset(needs.permissions)))
    views = [view(request) for view in needs.views]
    whose = [f"user:{identity.user_id}", "scoped" if identity.scope else ""]
    return "+".join([*held, *views, *(whose if needs.personal else [])])


@dataclass(slots=True)
class _Needs:
    """What of a caller decides how they see content."""

    permissions: set[str] = field(default_factory=set)
    views: dict[Callable[[Request], str], None] = field(default_factory=dict)
    personal: bool = False


def _collect(
    needs: _Needs,
    registry: Registry,
    content: type[Interface],
    only: tuple[str, ...] | None,
    own: bool,
    above: frozenset[type[Interface]],
) -> None:
    """Add what the fields of the content need."""
    for content_field in _fields(registry, content, only, nested=bool(above)):
        if content_field.permission is not None:
            needs.permissions.add(content_field.permission)
        if callable(content_field.personal):
            needs.views[content_field.personal] = None
        elif content_field.personal or (own and content_field.own):
            needs.personal = True
        if isinstance(content_field, NestedField) and content_field.content not in above:
            # What is inside of it may be the caller's all the same.
            _collect(
                needs, registry, content_field.content, content_field.only, True, above | {content}
            )


def _fields(
    registry: Registry, content: type[Interface], only: tuple[str, ...] | None, *, nested: bool
) -> Iterable[IField]:
    serializer = registry.getUtility(ISerializer, content.__identifier__)
    fields = dict(serializer.fields) | added(registry, content)
    for name, content_field in fields.items():
        if (only is None or name in only) and (content_field.nested or not nested):
            yield content_field
