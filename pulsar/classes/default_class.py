"""The class that new members join."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..errors import Invalid
from ..request import Request
from .models import LOWEST_CLASS, UserClass


def default_class_id(session: Session) -> int:
    """The id of the class that new members join."""
    class_id = session.scalar(select(UserClass.id).where(UserClass.is_default))
    return LOWEST_CLASS if class_id is None else class_id


def move_default(request: Request, is_default: bool) -> None:
    """Take the mark from the class that has it, so that another class can have it.

    Raises Invalid where no other one would get it.
    """
    if not is_default:
        raise Invalid({"is_default": ["make another class the default instead"]})
    # Everybody who moves the mark waits for this row, which is always there.
    request.db.execute(select(UserClass.id).where(UserClass.id == LOWEST_CLASS).with_for_update())
    request.db.execute(update(UserClass).where(UserClass.is_default).values(is_default=False))
