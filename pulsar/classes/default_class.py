"""The class that new members join."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..errors import Invalid
from ..request import Request
from .models import LOWEST_CLASS, UserClass


def default_class_id(session: Session) -> int:
    """Return the id of the class that new members join."""
    class_id = session.scalar(select(UserClass.id).where(UserClass.is_default))
    return LOWEST_CLASS if class_id is None else class_id


def move_default(request: Request, is_default: bool) -> None:
    """Unset ``is_default`` of the default class, so that another class can become the default.

    Raises Invalid if ``is_default`` is false, because no other class would become the default.
    """
    if not is_default:
        raise Invalid({"is_default": ["make another class the default instead"]})
    # This row always exists, so concurrent changes of the default class wait for it.
    request.db.execute(select(UserClass.id).where(UserClass.id == LOWEST_CLASS).with_for_update())
    request.db.execute(update(UserClass).where(UserClass.is_default).values(is_default=False))
