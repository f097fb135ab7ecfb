"""The members of staff who handle tickets."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, union

from pulsar.classes.effective import holders
from pulsar.classes.models import (
    SecondaryClassMember,
    SecondaryClassPermission,
    UserClassPermission,
)
from pulsar.request import Request
from pulsar.security.permissions import GOD_MODE
from pulsar.settings import CoreSettings
from pulsar.users.models import User, UserPermission

from .models import Ticket
from .permissions import HANDLE

#: Holders of either permission handle tickets.
_NAMES = (HANDLE, GOD_MODE)


def handles(request: Request, ticket: Ticket) -> bool:
    """Return whether the caller handles the ticket. Nobody handles a ticket of their own."""
    identity = request.caller
    return bool(identity.has(HANDLE)) and ticket.user_id != identity.user_id


def handlers_among(request: Request, user_ids: Collection[int]) -> set[int]:
    """Return those of the members who handle tickets now."""
    kept_when_locked = CoreSettings.lock_permissions.of(request.registry)
    return holders(request.db, user_ids, HANDLE, kept_when_locked)


def all_handlers(request: Request) -> set[int]:
    """Return the ids of all members who handle tickets now."""
    primary = (
        select(User.id)
        .join(UserClassPermission, UserClassPermission.user_class_id == User.user_class_id)
        .where(UserClassPermission.permission.in_(_NAMES))
    )
    secondary = (
        select(SecondaryClassMember.user_id)
        .join(
            SecondaryClassPermission,
            SecondaryClassPermission.secondary_class_id == SecondaryClassMember.secondary_class_id,
        )
        .where(SecondaryClassPermission.permission.in_(_NAMES))
    )
    own = select(UserPermission.user_id).where(
        UserPermission.permission.in_(_NAMES), UserPermission.granted
    )
    handler_ids = request.db.scalars(union(primary, secondary, own)).all()
    return handlers_among(request, handler_ids)
