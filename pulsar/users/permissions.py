"""Which permissions a member holds: class, then grants, then denials."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from ..classes.models import UserClassPermission
from .models import User, UserPermission


def effective_permissions(
    session: Session, user: User, locked_permissions: Iterable[str]
) -> frozenset[str]:
    """The member's permissions, in one statement; a locked member keeps only a few."""
    if user.locked:
        return frozenset(locked_permissions)
    of_class = select(UserClassPermission.permission, literal(True)).where(
        UserClassPermission.user_class_id == user.user_class_id
    )
    own = select(UserPermission.permission, UserPermission.granted).where(
        UserPermission.user_id == user.id
    )
    rows = session.execute(union_all(of_class, own)).all()
    denied = {name for name, granted in rows if not granted}
    return frozenset(name for name, granted in rows if granted and name not in denied)
