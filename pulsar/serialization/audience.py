"""Audiences: callers who see content in the same way share cached copies of it."""

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
    """The text that identifies the caller's audience for the content, including nested content.

    Callers with the same text see the same, so one copy serves all of them. The text contains the
    caller's id if a field is visible to its owner only or depends on the caller. If a field depends
    on the result of its ``personal`` function, the text contains that result. ``only`` has the
    names of the fields in the copy, if it has not all of them. ``own=False`` means that the content
    does not belong to the caller.
    """
    remembered = request.registry.setdefault(_NEEDED, {})
    needs = remembered.get((content, only, own))
    if needs is None:
        needs = _Needs()
        _collect(needs, request.registry, content, only, own, frozenset())
        # Stored only now, since another thread must not see an incomplete collection.
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
    """The properties of a caller on which their view of content depends."""

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
    """Add the properties that the fields of the content depend on."""
    for content_field in _fields(registry, content, only, nested=bool(above)):
        if content_field.permission is not None:
            needs.permissions.add(content_field.permission)
        if callable(content_field.personal):
            needs.views[content_field.personal] = None
        elif content_field.personal or (own and content_field.own):
            needs.personal = True
        if isinstance(content_field, NestedField) and content_field.content not in above:
            # Nested content may belong to the caller nevertheless.
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
