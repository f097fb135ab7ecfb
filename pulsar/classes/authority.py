"""How high an account stands: the one definition that every check of authority uses.

The standing of an account is the rank of its primary class and the permissions from its primary
class, its secondary classes and its grants, without its denials. An account that is disabled or
locked stands as high as before, because one change makes it usable again. Permissions of the lowest
class do not count, because everybody who registers has them.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from ..security.identity import Identity
from ..security.permissions import GOD_MODE
from ..users.models import User, UserPermission
from .models import (
    LOWEST_CLASS,
    SecondaryClassMember,
    SecondaryClassPermission,
    UserClass,
    UserClassPermission,
)


def not_held(
    identity: Identity, permission: InstrumentedAttribute[str], *, entering: bool = False
) -> ColumnElement[bool]:
    """Whether the caller lacks a permission that not everybody has.

    The permissions of the caller's account count, even those outside the scope of the API key,
    except god mode. With ``entering``, for changes that give access to the other account, only the
    permissions in the key's scope count.
    """
    held: ColumnElement[bool]
    if identity.scope is not None and entering:
        held = permission.in_(sorted(identity.held))
    elif identity.is_god:
        held = permission != GOD_MODE
    else:
        held = permission.in_(sorted(identity.granted))
    lowest = aliased(UserClassPermission)
    everybodys = select(lowest.permission).where(lowest.user_class_id == LOWEST_CLASS)
    return and_(~held, permission.not_in(everybodys))


def stands_above(identity: Identity, *, entering: bool = False) -> ColumnElement[bool]:
    """Whether a row of ``users`` belongs to a member who is not below the caller.

    Members are not below themselves. Callers with god mode must be excluded before.
    """
    return or_(ranks_above(identity), holds_more(identity, entering=entering))


def ranks_above(identity: Identity) -> ColumnElement[bool]:
    """Whether a row of ``users`` belongs to a member whose class ranks at or above the caller's."""
    own_rank = (
        select(UserClass.rank).where(UserClass.id == identity.user_class_id).scalar_subquery()
    )
    as_high = select(UserClass.id).where(UserClass.rank >= func.coalesce(own_rank, -1))
    return User.user_class_id.in_(as_high)


def holds_more(identity: Identity, *, entering: bool = False) -> ColumnElement[bool]:
    """Whether a row of ``users`` belongs to a member with permissions that the caller lacks."""
    carrying = select(UserClassPermission.user_class_id).where(
        not_held(identity, UserClassPermission.permission, entering=entering)
    )
    by_class = (
        exists()
        .where(
            UserClassPermission.user_class_id == User.user_class_id,
            not_held(identity, UserClassPermission.permission, entering=entering),
            ~_denied(UserClassPermission.permission),
        )
        .correlate(User)
    )
    by_secondary_class = (
        exists()
        .where(
            SecondaryClassMember.user_id == User.id,
            SecondaryClassMember.secondary_class_id == SecondaryClassPermission.secondary_class_id,
            not_held(identity, SecondaryClassPermission.permission, entering=entering),
            ~_denied(SecondaryClassPermission.permission),
        )
        .correlate(User)
    )
    by_grant = (
        exists()
        .where(
            UserPermission.user_id == User.id,
            UserPermission.granted,
            not_held(identity, UserPermission.permission, entering=entering),
        )
        .correlate(User)
    )
    return or_(
        # Few classes have such permissions; denials are only looked up for the members of these.
        and_(User.user_class_id.in_(carrying), by_class),
        by_secondary_class,
        by_grant,
    )


def _denied(permission: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether the permission was denied to the member."""
    denial = aliased(UserPermission)
    return (
        exists()
        .where(denial.user_id == User.id, denial.permission == permission, ~denial.granted)
        .correlate_except(denial)
    )
