"""What moderation shows of members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from sqlalchemy import func, select

from ..classes.effective import authorities
from ..classes.models import SecondaryClass, SecondaryClassMember
from ..db import utcnow
from ..interfaces import IPermission, IPermissionPattern, IUser
from ..security.permissions import GOD_MODE, find_permission
from ..serialization import INTEGER, STRING, BatchField, array_of
from ..users.models import User
from .models import UserWarning


def add_fields(config: Configurator) -> None:
    """Add them to members, batch-loaded for lists."""
    config.add_field(
        IUser,
        "secondary_classes",
        BatchField(array_of(STRING), secondary_classes, missing=[], nested=False, doc="Names."),
    )
    config.add_field(
        IUser,
        "warnings",
        BatchField(
            INTEGER,
            active_warnings,
            missing=0,
            permission="users_moderate",
            own=True,
            nested=False,
            doc="How many are active.",
        ),
    )
    config.add_field(
        IUser,
        "permissions",
        BatchField(
            array_of(STRING),
            permissions,
            missing=[],
            permission="users_moderate_advanced",
            own=True,
            nested=False,
            doc="What the member may do; of the caller, what the API key in use may do. With"
            " `site_god_mode` every declared permission is named.",
        ),
    )
    config.add_field(
        IUser,
        "basic_permissions",
        BatchField(
            array_of(STRING),
            basic_permissions,
            missing=[],
            permission="users_moderate",
            nested=False,
            doc="Those of `permissions` that moderators may grant and deny.",
        ),
    )


def secondary_classes(request: Request, users: Sequence[User]) -> Mapping[int, list[str]]:
    """The names of the members' secondary classes."""
    rows = request.db.execute(
        select(SecondaryClassMember.user_id, SecondaryClass.name)
        .join(SecondaryClass, SecondaryClass.id == SecondaryClassMember.secondary_class_id)
        .where(SecondaryClassMember.user_id.in_([user.id for user in users]))
        .order_by(SecondaryClass.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for user_id, name in rows:
        found[user_id].append(name)
    return found


def permissions(request: Request, users: Sequence[User]) -> Mapping[int, list[str]]:
    """What the members may do; of the caller it is known without SQL."""
    return {user_id: sorted(names) for user_id, names in _effective(request, users).items()}


def basic_permissions(request: Request, users: Sequence[User]) -> Mapping[int, list[str]]:
    """What the members may do of what moderators grant and deny."""
    return {
        user_id: sorted(name for name in names if _is_basic(request.registry, name))
        for user_id, names in _effective(request, users).items()
    }


def _is_basic(registry: Any, name: str) -> bool:
    declared = find_permission(registry, name)
    return declared is not None and declared.basic


def _effective(request: Request, users: Sequence[User]) -> dict[int, frozenset[str]]:
    """The names of what each member may do, in at most one statement."""
    registry, identity = request.registry, request.identity
    declared = frozenset(name for name, _ in registry.getUtilitiesFor(IPermission))
    effective: dict[int, frozenset[str]] = {}
    other_ids = {user.id for user in users}
    if identity is not None and identity.user_id in other_ids:
        other_ids.remove(identity.user_id)
        effective[identity.user_id] = identity.held | identity.held_of(declared)
    if other_ids:
        prefixes = tuple(
            pattern.prefix for _, pattern in registry.getUtilitiesFor(IPermissionPattern)
        )
        locked = registry.settings["pulsar.lock_permissions"]
        held = authorities(request.db, other_ids, declared, locked, prefixes=prefixes)
        for user_id, (granted, _) in held.items():
            effective[user_id] = granted | declared if GOD_MODE in granted else granted
    return effective


def active_warnings(request: Request, users: Sequence[User]) -> Mapping[int, int]:
    """How many warnings of the members are active."""
    rows = request.db.execute(
        select(UserWarning.user_id, func.count().label("number"))
        .where(
            UserWarning.user_id.in_([user.id for user in users]),
            UserWarning.revoked.is_(None),
            UserWarning.expires > utcnow(),
        )
        .group_by(UserWarning.user_id)
    )
    return {row.user_id: row.number for row in rows}
