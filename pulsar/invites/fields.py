"""The field that invites add to members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from ..config import Configurator
from ..permissions import USERS_MODERATE
from ..request import Request
from ..serialization import INTEGER, STRING, BatchField
from ..users import tags
from ..users.interfaces import IUser
from ..users.models import User


def add_fields(config: Configurator) -> None:
    """Add the field of the inviter, which moderators see."""
    config.add_field(
        IUser,
        "inviter",
        BatchField(
            {"type": ["object", "null"], "properties": {"id": INTEGER, "username": STRING}},
            inviters,
            permission=USERS_MODERATE,
            nested=False,
            doc="Who let the member in.",
        ),
    )


def inviters(request: Request, users: Sequence[User]) -> Mapping[int, dict[str, Any]]:
    """Return id and name of the inviters, by member; members without an inviter are omitted."""
    inviter_ids = {user.inviter_id for user in users if user.inviter_id is not None}
    request.cache.depends(*map(tags.user, inviter_ids))
    names = {
        row.id: {"id": row.id, "username": row.username}
        for row in request.db.execute(
            select(User.id, User.username).where(User.id.in_(inviter_ids))
        )
    }
    return {user.id: names[user.inviter_id] for user in users if user.inviter_id in names}
