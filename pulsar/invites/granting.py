"""Grants of invites to members."""

from __future__ import annotations

from sqlalchemy import select, update

from ..classes.authority import stands_above
from ..classes.models import UserClass
from ..classes.rank import Outranked, members_above, require_class_held, require_outranked
from ..classes.tags import user_class
from ..db.rows import changed_rows
from ..errors import Refused
from ..interfaces import ISiteLog
from ..request import Request
from ..security.permissions import GOD_MODE
from ..users import tags as user_tags
from ..users.models import User


def grant_to_members(request: Request, user_ids: list[int], count: int) -> int:
    """Give each of the members ``count`` invites; return the number of members.

    Raises Invalid or Outranked.
    """
    rows = request.db.execute(
        select(User.id, User.username).where(User.id.in_(user_ids)).order_by(User.id)
    ).all()
    if len(rows) < len(set(user_ids)) or not rows:
        raise Refused({"user_ids": ["Invalid User id."]})
    if members_above(request, {row.id for row in rows}):
        raise Outranked
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
    request.cache.invalidate(*(user_tags.profile(row.id) for row in rows))
    return len(rows)


def grant_to_class(request: Request, class_id: int, count: int) -> int:
    """Give each enabled member of the class ``count`` invites; return the number of members.

    Members who are not below the caller for reasons other than their class are omitted. Raises
    Invalid or Outranked.
    """
    chosen_class = request.db.get(UserClass, class_id)
    if chosen_class is None:
        raise Refused({"user_class_id": ["Invalid UserClass id."]})
    require_outranked(request, chosen_class.rank)
    require_class_held(request, chosen_class)
    receiving = [User.user_class_id == class_id, User.enabled]
    if not request.caller.has(GOD_MODE):
        receiving.append(~stands_above(request.caller))
    updated = request.db.execute(
        update(User).where(*receiving).values(invites=User.invites + count),
        execution_options={"synchronize_session": False},
    )
    request.find_service(ISiteLog).record(
        request,
        "invites_granted",
        f"{count} each to UserClass {chosen_class.name}",
        target=chosen_class,
        after={"count": count},
    )
    # A class may have too many members to list their tags; its tag drops their identities too.
    request.cache.invalidate(user_class(class_id))
    return changed_rows(updated)
