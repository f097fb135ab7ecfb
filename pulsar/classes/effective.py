"""Which permissions a member holds: classes, then grants, then denials."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from ..users.models import User, UserPermission
from .models import SecondaryClassMember, SecondaryClassPermission, UserClassPermission


def effective_permissions(
    session: Session, user: User, locked_permissions: Iterable[str]
) -> frozenset[str]:
    """The member's permissions, in one statement; a locked member keeps only a few."""
    if user.locked:
        return frozenset(locked_permissions)
    own = select(UserPermission.permission, UserPermission.granted).where(
        UserPermission.user_id == user.id
    )
    rows = session.execute(union_all(*_of_classes(user), own)).all()
    denied = {name for name, granted in rows if not granted}
    return frozenset(name for name, granted in rows if granted and name not in denied)


def class_permissions(session: Session, user: User) -> frozenset[str]:
    """What the member's classes give, whatever was granted or denied to them alone."""
    return frozenset(name for name, _ in session.execute(union_all(*_of_classes(user))))


def _of_classes(user: User) -> tuple[Select[tuple[str, bool]], Select[tuple[str, bool]]]:
    primary = select(UserClassPermission.permission, literal(True)).where(
        UserClassPermission.user_class_id == user.user_class_id
    )
    secondary = (
        select(SecondaryClassPermission.permission, literal(True))
        .join(
            SecondaryClassMember,
            SecondaryClassMember.secondary_class_id == SecondaryClassPermission.secondary_class_id,
        )
        .where(SecondaryClassMember.user_id == user.id)
    )
    return primary, secondary
