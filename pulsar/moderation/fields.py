"""The fields that moderation adds to members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from ..classes.models import SecondaryClass, SecondaryClassMember
from ..config import Configurator
from ..db import utcnow
from ..permissions import USERS_MODERATE
from ..request import Request
from ..serialization import INTEGER, STRING, BatchField, array_of
from ..users.interfaces import IUser
from ..users.models import User
from .models import UserWarning


def add_fields(config: Configurator) -> None:
    """Add the fields to members; lists load them with a constant number of statements."""
    config.add_field(
        IUser,
        "secondary_classes",
        BatchField(array_of(STRING), secondary_classes, missing=[], nested=False, doc="Names."),
    )
    config.add_field(
        IUser,
        "warnings",
        BatchField(
            INTEGER,
            active_warnings,
            missing=0,
            permission=USERS_MODERATE,
            own=True,
            nested=False,
            doc="How many are active.",
        ),
    )


def secondary_classes(request: Request, users: Sequence[User]) -> Mapping[int, list[str]]:
    """Return the names of the members' secondary classes."""
    rows = request.db.execute(
        select(SecondaryClassMember.user_id, SecondaryClass.name)
        .join(SecondaryClass, SecondaryClass.id == SecondaryClassMember.secondary_class_id)
        .where(SecondaryClassMember.user_id.in_([user.id for user in users]))
        .order_by(SecondaryClass.id)
    )
    names_by_user: dict[int, list[str]] = defaultdict(list)
    for user_id, name in rows:
        names_by_user[user_id].append(name)
    return names_by_user


def active_warnings(request: Request, users: Sequence[User]) -> Mapping[int, int]:
    """Return the numbers of active warnings of the members."""
    rows = request.db.execute(
        select(
            UserWarning.user_id,
            func.count().label("number"),
            func.min(UserWarning.expires).label("expires"),
        )
        .where(
            UserWarning.user_id.in_([user.id for user in users]),
            UserWarning.revoked.is_(None),
            UserWarning.expires > utcnow(),
        )
        .group_by(UserWarning.user_id)
    ).all()
    for row in rows:
        request.cache.expires(row.expires)
    return {row.user_id: row.number for row in rows}
