"""Giving members invites."""

from __future__ import annotations

from pyramid.request import Request
from sqlalchemy import select, update

from ..classes.models import UserClass
from ..errors import Invalid
from ..interfaces import ISiteLog
from ..security.rank import require_outranked
from ..users.models import User


def grant_to_members(request: Request, user_ids: list[int], count: int) -> int:
    """Give each of the members so many; how many members. Raises Invalid or Outranked."""
    rows = request.db.execute(
        select(User.id, User.username, UserClass.rank)
        .join(UserClass, UserClass.id == User.user_class_id)
        .where(User.id.in_(user_ids))
        .order_by(User.id)
    ).all()
    if len(rows) < len(set(user_ids)) or not rows:
        raise Invalid({"user_ids": ["Invalid User id."]})
    require_outranked(request, max(row.rank for row in rows))
    request.db.execute(
        update(User).where(User.id.in_(user_ids)).values(invites=User.invites + count)
    )
    names = ", ".join(row.username for row in rows)
    request.find_service(ISiteLog).record(
        request,
        "invites_granted",
        f"{count} each to {names}",
        after={"count": count, "user_ids": [row.id for row in rows]},
    )
    request.cache.invalidate(*(f"profile:{row.id}" for row in rows))
    return len(rows)


def grant_to_class(request: Request, class_id: int, count: int) -> int:
    """Give each enabled member of the class so many; how many members. Raises as above."""
    found = request.db.get(UserClass, class_id)
    if found is None:
        raise Invalid({"user_class_id": ["Invalid UserClass id."]})
    require_outranked(request, found.rank)
    given = request.db.execute(
        update(User)
        .where(User.user_class_id == class_id, User.enabled)
        .values(invites=User.invites + count)
    )
    request.find_service(ISiteLog).record(
        request,
        "invites_granted",
        f"{count} each to UserClass {found.name}",
        target=found,
        after={"count": count},
    )
    # A class may have more members than one would like to name; their identities go with it.
    request.cache.invalidate(f"class:{class_id}")
    return int(given.rowcount)
