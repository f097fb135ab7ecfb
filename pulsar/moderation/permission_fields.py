"""The fields of members' permissions, by which a front end decides which buttons to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..classes.effective import authorities
from ..config import Configurator
from ..interfaces import IPermission, IPermissionPattern
from ..permissions import USERS_MODERATE, USERS_MODERATE_ADVANCED
from ..request import Request
from ..security.permissions import GOD_MODE
from ..serialization import STRING, BatchField, array_of
from ..settings import CoreSettings
from ..users.interfaces import IUser
from ..users.models import User


def add_permission_fields(config: Configurator) -> None:
    """Add the fields to members; lists load them with a constant number of statements."""
    config.add_field(
        IUser,
        "permissions",
        BatchField(
            array_of(STRING),
            effective,
            missing=[],
            permission=USERS_MODERATE_ADVANCED,
            own=True,
            nested=False,
            doc="What the member may do, of whatever source; with god mode it is everything.",
        ),
    )
    config.add_field(
        IUser,
        "basic_permissions",
        BatchField(
            array_of(STRING),
            basic,
            missing=[],
            permission=USERS_MODERATE,
            nested=False,
            doc="Those of the member's permissions that plain moderators may change.",
        ),
    )


def effective(request: Request, users: Sequence[User]) -> Mapping[int, list[str]]:
    """Return the sorted names of each member's permissions; the caller's need no statement."""
    identity = request.identity
    if identity is not None and all(user.id == identity.user_id for user in users):
        return {user.id: _everything_of(request, identity.held) for user in users}
    return {
        user_id: _everything_of(request, held) for user_id, held in _held(request, users).items()
    }


def basic(request: Request, users: Sequence[User]) -> Mapping[int, list[str]]:
    """Return the sorted names of each member's basic permissions."""
    utilities = request.registry.getUtilitiesFor(IPermission)
    names = {name for name, permission in utilities if permission.basic}
    patterns = request.registry.getUtilitiesFor(IPermissionPattern)
    prefixes = tuple(prefix for prefix, pattern in patterns if pattern.basic)
    return {
        user_id: sorted(name for name in held if name in names or name.startswith(prefixes))
        for user_id, held in _held(request, users).items()
    }


def _held(request: Request, users: Sequence[User]) -> dict[int, frozenset[str]]:
    registry = request.registry
    authority_by_user = authorities(
        request.db,
        [user.id for user in users],
        [name for name, _ in registry.getUtilitiesFor(IPermission)],
        CoreSettings.lock_permissions.of(registry),
        prefixes=tuple(prefix for prefix, _ in registry.getUtilitiesFor(IPermissionPattern)),
    )
    return {user_id: authority.granted for user_id, authority in authority_by_user.items()}


def _everything_of(request: Request, held: frozenset[str]) -> list[str]:
    """Return the names; for god mode, those of all declared permissions too."""
    if GOD_MODE not in held:
        return sorted(held)
    return sorted({*held, *(name for name, _ in request.registry.getUtilitiesFor(IPermission))})
