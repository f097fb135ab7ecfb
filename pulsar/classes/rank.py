"""Checks of authority over other members, their secrets and their classes."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from ..errors import Forbidden, Invalid
from ..request import Request
from ..security.permissions import GOD_MODE
from ..users.models import User
from ..validation.declared import READING
from .authority import holds_more, not_held, stands_above
from .models import (
    SecondaryClass,
    SecondaryClassMember,
    SecondaryClassPermission,
    UserClass,
    UserClassPermission,
)

AnyClass = UserClass | SecondaryClass


class Outranked(Forbidden):
    """The member or class is not below the caller. Callers with god mode never get this error."""

    code = "outranked"
    message = "You cannot change a member or class that ranks at or above your own."


class HoldsMore(Outranked):
    """The member or class holds permissions that the caller lacks; rank does not matter."""

    message = "The member or class holds permissions that you do not."


def require_outranked(request: Request, rank: int) -> None:
    """Raise Outranked unless the caller's class ranks above ``rank`` or the caller has god mode."""
    identity = request.caller
    if identity.has(GOD_MODE):
        return
    own = request.db.scalar(select(UserClass.rank).where(UserClass.id == identity.user_class_id))
    if own is None or own <= rank:
        raise Outranked


def require_authority(request: Request, user_id: int, *, entering: bool = False) -> None:
    """Raise Outranked unless the member is below the caller; members are not below themselves.

    ``entering`` is for changes that give access to the account, see ``not_held``. The member's
    permissions are locked until the request ends.
    """
    if request.caller.has(GOD_MODE):
        return
    _hold(request, user_id)
    above = stands_above(request.caller, entering=entering)
    if request.db.scalar(select(User.id).where(User.id == user_id, above)) is not None:
        raise Outranked


def require_no_more(request: Request, user_id: int) -> None:
    """Raise HoldsMore if the member holds permissions that the caller lacks; rank does not matter.

    This is for things that belong to the member, such as API keys, and not for the account.
    """
    if request.caller.has(GOD_MODE):
        return
    if request.method not in READING:
        _hold(request, user_id)
    more = select(User.id).where(User.id == user_id, holds_more(request.caller))
    if request.db.scalar(more) is not None:
        raise HoldsMore


def require_editable(request: Request, user: User) -> None:
    """Raise Outranked unless the member, who is not the caller, is below the caller."""
    require_authority(request, user.id)


def members_above(request: Request, user_ids: Collection[int], *, ranked: bool = True) -> set[int]:
    """Return those of the members who are not below the caller.

    Without ``ranked``, rank does not matter: return those with permissions that the caller lacks.
    """
    identity = request.caller
    if identity.has(GOD_MODE):
        return set()
    above = stands_above(identity) if ranked else holds_more(identity)
    return set(request.db.scalars(select(User.id).where(User.id.in_(user_ids), above)))


def require_class_editable(request: Request, user_class: AnyClass) -> None:
    """Raise Outranked unless the class and its members are below the caller.

    Lock the class first.
    """
    identity = request.caller
    if identity.has(GOD_MODE):
        return
    require_class_held(request, user_class)
    members = select(User.id).where(stands_above(identity))
    if isinstance(user_class, UserClass):
        require_outranked(request, user_class.rank)
        members = members.where(User.user_class_id == user_class.id)
    else:
        members = members.join(SecondaryClassMember, SecondaryClassMember.user_id == User.id).where(
            SecondaryClassMember.secondary_class_id == user_class.id
        )
    if request.db.scalar(members.limit(1)) is not None:
        raise Outranked("Members of the class rank at or above you, or hold more than you.")


def require_class_held(request: Request, user_class: AnyClass) -> None:
    """Raise HoldsMore if the class has permissions that the caller, or the API key, lacks.

    The permissions of the class are locked until the request ends.
    """
    identity = request.caller
    if identity.has(GOD_MODE):
        return
    permission = _hold_class(request, user_class)
    more = select(permission).where(not_held(identity, permission, entering=True))
    if request.db.scalar(more.where(_of(user_class)).limit(1)) is not None:
        raise HoldsMore


def carried(request: Request, user_class: AnyClass) -> list[str]:
    """Return the permissions of the class, which are locked until the request ends."""
    permission = _hold_class(request, user_class)
    return list(request.db.scalars(select(permission).where(_of(user_class)).order_by(permission)))


def require_held(request: Request, names: list[str], path: str = "permissions") -> None:
    """Raise Invalid if the caller would grant permissions that they lack."""
    missing = [name for name in names if not request.caller.has(name)]
    if missing:
        raise Invalid({path: [f"you do not hold the following permissions: {', '.join(missing)}"]})


def _hold(request: Request, user_id: int) -> None:
    """Lock the member's permissions until the request ends.

    Members are locked before classes, as everywhere. The lock of the classes is shared, so that
    changes of several members do not wait for each other.
    """
    class_id = request.db.scalar(
        select(User.user_class_id).where(User.id == user_id).with_for_update(of=User)
    )
    for classes in (
        select(UserClass.id).where(UserClass.id == class_id).with_for_update(read=True),
        select(SecondaryClass.id)
        .join(SecondaryClassMember, SecondaryClassMember.secondary_class_id == SecondaryClass.id)
        .where(SecondaryClassMember.user_id == user_id)
        .order_by(SecondaryClass.id)
        .with_for_update(read=True, of=SecondaryClass),
    ):
        request.db.execute(classes).all()


def _hold_class(request: Request, user_class: AnyClass) -> InstrumentedAttribute[str]:
    """Lock the permissions of the class until the request ends; return their column."""
    kind = type(user_class)
    request.db.execute(select(kind.id).where(kind.id == user_class.id).with_for_update(read=True))
    if kind is UserClass:
        return UserClassPermission.permission
    return SecondaryClassPermission.permission


def _of(user_class: AnyClass) -> ColumnElement[bool]:
    """Whether a row is a permission of the class."""
    if isinstance(user_class, UserClass):
        return UserClassPermission.user_class_id == user_class.id
    return SecondaryClassPermission.secondary_class_id == user_class.id
