"""The permissions of a member: those of classes and grants, without denials."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from ..security.permissions import GOD_MODE
from ..users.models import User, UserPermission
from .models import SecondaryClassMember, SecondaryClassPermission, UserClassPermission

#: Marks a locked member among the names of permissions; no permission has this name.
_LOCKED = ""


class Authority(NamedTuple):
    """The permissions of a member, and those denied to this member."""

    granted: frozenset[str]
    denied: frozenset[str] = frozenset()


def effective_permissions(
    session: Session, user: User, locked_permissions: Iterable[str]
) -> frozenset[str]:
    """Return the member's permissions, in one statement; a locked member keeps only a few."""
    return authority(session, user, locked_permissions).granted


def authority(session: Session, user: User, locked_permissions: Iterable[str]) -> Authority:
    """Return the member's permissions and denials, in one statement."""
    if user.locked:
        return Authority(frozenset(locked_permissions))
    own = select(UserPermission.permission, UserPermission.granted).where(
        UserPermission.user_id == user.id
    )
    rows = session.execute(union_all(*_of_classes(user), own)).all()
    denied = frozenset(name for name, granted in rows if not granted)
    return Authority(frozenset(name for name, granted in rows if granted) - denied, denied)


def authorities(
    session: Session,
    user_ids: Collection[int],
    names: Collection[str],
    locked_permissions: Collection[str],
    *,
    prefixes: tuple[str, ...] = (),
) -> dict[int, Authority]:
    """Return which of some permissions members have and were denied, in one statement.

    The permissions are those with one of the names or one of the prefixes.
    """

    def asked(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        beginnings = [column.startswith(prefix, autoescape=True) for prefix in prefixes]
        return or_(column.in_(names), *beginnings)

    granted: dict[int, set[str]] = {user_id: set() for user_id in user_ids}
    denied: dict[int, set[str]] = {user_id: set() for user_id in user_ids}
    for user_id, name, allowed in session.execute(_of_members(user_ids, asked)):
        (granted if allowed else denied)[user_id].add(name)
    kept_when_locked = {
        name for name in locked_permissions if name in names or name.startswith(prefixes)
    }
    return {
        user_id: Authority(frozenset(kept_when_locked))
        if _LOCKED in granted[user_id]
        else Authority(frozenset(granted[user_id] - denied[user_id]), frozenset(denied[user_id]))
        for user_id in granted
    }


def holders(
    session: Session,
    user_ids: Collection[int],
    permission: str,
    locked_permissions: Collection[str],
) -> set[int]:
    """Return the members who have the permission or god mode, in one statement."""
    names = {permission, GOD_MODE}
    authority_by_user = authorities(session, user_ids, names, locked_permissions)
    return {
        user_id for user_id, authority in authority_by_user.items() if authority.granted & names
    }


def class_permissions(session: Session, user: User) -> frozenset[str]:
    """Return the permissions of the member's classes, without the member's grants and denials."""
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


def _of_members(
    user_ids: Collection[int],
    asked: Callable[[InstrumentedAttribute[str]], ColumnElement[bool]],
) -> CompoundSelect[tuple[int, str, bool]]:
    members = (
        select(User.id, User.user_class_id, User.locked).where(User.id.in_(user_ids)).cte("members")
    )
    primary = (
        select(members.c.id, UserClassPermission.permission, literal(True))
        .join(UserClassPermission, UserClassPermission.user_class_id == members.c.user_class_id)
        .where(asked(UserClassPermission.permission))
    )
    secondary = (
        select(members.c.id, SecondaryClassPermission.permission, literal(True))
        .join(SecondaryClassMember, SecondaryClassMember.user_id == members.c.id)
        .join(
            SecondaryClassPermission,
            SecondaryClassPermission.secondary_class_id == SecondaryClassMember.secondary_class_id,
        )
        .where(asked(SecondaryClassPermission.permission))
    )
    own = (
        select(members.c.id, UserPermission.permission, UserPermission.granted)
        .join(UserPermission, UserPermission.user_id == members.c.id)
        .where(asked(UserPermission.permission))
    )
    locked = select(members.c.id, literal(_LOCKED), literal(True)).where(members.c.locked)
    return union_all(primary, secondary, own, locked)
