"""Which permissions a member holds: classes, then grants, then denials."""

from __future__ import annotations

from collections import defaultdict
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

from ..users.models import User, UserPermission
from .models import SecondaryClassMember, SecondaryClassPermission, UserClassPermission


class Authority(NamedTuple):
    """What a member holds, and what was denied to them alone."""

    granted: frozenset[str]
    denied: frozenset[str] = frozenset()


def effective_permissions(
    session: Session, user: User, locked_permissions: Iterable[str]
) -> frozenset[str]:
    """The member's permissions, in one statement; a locked member keeps only a few."""
    return authority(session, user, locked_permissions).granted


def authority(session: Session, user: User, locked_permissions: Iterable[str]) -> Authority:
    """The member's permissions and denials, in one statement."""
    if user.locked:
        return Authority(frozenset(locked_permissions))
    own = select(UserPermission.permission, UserPermission.granted).where(
        UserPermission.user_id == user.id
    )
    rows = session.execute(union_all(*_of_classes(user), own)).all()
    denied = frozenset(name for name, granted in rows if not granted)
    return Authority(frozenset(name for name, granted in rows if granted) - denied, denied)


def holders(
    session: Session,
    user_ids: Collection[int],
    names: Collection[str],
    locked_permissions: Collection[str],
    *,
    prefixes: tuple[str, ...] = (),
) -> dict[int, Authority]:
    """What many members hold and were denied of a few permissions, in two statements.

    Of interest are the names, and what begins with one of the prefixes. Members who are disabled,
    or of whom nothing is to be said, are left out.
    """
    standing = {
        row.id: row.locked
        for row in session.execute(
            select(User.id, User.locked).where(User.id.in_(user_ids), User.enabled)
        )
    }

    def asked(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        beginnings = [column.startswith(prefix, autoescape=True) for prefix in prefixes]
        return or_(column.in_(names), *beginnings)

    found: dict[int, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for user_id, name, granted in session.execute(_of_members(standing, asked)):
        if not standing[user_id]:
            found[user_id][0 if granted else 1].add(name)
    kept = {name for name in locked_permissions if name in names or name.startswith(prefixes)}
    for user_id, locked in standing.items():
        if locked and kept:
            found[user_id][0].update(kept)
    return {
        user_id: Authority(frozenset(granted - denied), frozenset(denied))
        for user_id, (granted, denied) in found.items()
    }


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


def _of_members(
    user_ids: Collection[int],
    asked: Callable[[InstrumentedAttribute[str]], ColumnElement[bool]],
) -> CompoundSelect[tuple[int, str, bool]]:
    primary = (
        select(User.id, UserClassPermission.permission, literal(True))
        .join(UserClassPermission, UserClassPermission.user_class_id == User.user_class_id)
        .where(User.id.in_(user_ids), asked(UserClassPermission.permission))
    )
    secondary = (
        select(SecondaryClassMember.user_id, SecondaryClassPermission.permission, literal(True))
        .join(
            SecondaryClassPermission,
            SecondaryClassPermission.secondary_class_id == SecondaryClassMember.secondary_class_id,
        )
        .where(
            SecondaryClassMember.user_id.in_(user_ids), asked(SecondaryClassPermission.permission)
        )
    )
    own = select(UserPermission.user_id, UserPermission.permission, UserPermission.granted).where(
        UserPermission.user_id.in_(user_ids), asked(UserPermission.permission)
    )
    return union_all(primary, secondary, own)
