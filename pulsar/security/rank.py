"""The rank rule: nobody edits a member who stands at or above them."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from sqlalchemy import select

from ..errors import Forbidden, Invalid
from .permissions import GOD_MODE


class Outranked(Forbidden):
    """The member's class ranks at or above the caller's; god mode lifts the rule."""

    code = "outranked"
    message = "You cannot change a member or class that ranks at or above your own."


def require_outranked(request: Request, rank: int) -> None:
    """Raise Outranked unless the caller's class ranks above ``rank``, or the caller is a god."""
    identity = request.identity
    if identity.has(GOD_MODE):
        return
    from ..classes.models import UserClass  # the domain is built on this package

    own = request.db.scalar(select(UserClass.rank).where(UserClass.id == identity.user_class_id))
    if own is None or own <= rank:
        raise Outranked


def require_editable(request: Request, user: Any) -> None:
    """Raise Outranked unless the caller may edit the member; themselves they may not."""
    if user.id == request.identity.user_id and not request.identity.has(GOD_MODE):
        raise Outranked
    require_outranked(request, user.user_class.rank)


def require_held(request: Request, names: list[str], path: str = "permissions") -> None:
    """Raise Invalid where the caller would hand out permissions that they do not hold."""
    missing = [name for name in names if not request.identity.has(name)]
    if missing:
        raise Invalid({path: [f"you do not hold the following permissions: {', '.join(missing)}"]})
