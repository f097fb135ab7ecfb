"""Sample API keys. Nobody knows their secrets: create a key to call the API."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from sqlalchemy import select

from ..db import utcnow
from ..permissions import NOTIFICATIONS_VIEW, USERS_VIEW
from ..populate.directive import Progress
from ..populate.material import moment, seeded
from ..populate.rows import put
from ..request import Request
from ..settings import CoreSettings
from ..users.addresses import UserAddress
from ..users.models import User
from .models import APIKey

#: The scope of a key for reading.
_READING = [USERS_VIEW, NOTIFICATIONS_VIEW]
_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def populate(request: Request, scale: float, progress: Progress) -> None:
    """Create one or two keys for most members: permanent, restricted, or already revoked."""
    session, chance = request.db, seeded("apikeys")
    rows = session.execute(
        select(User.id, User.created, UserAddress.address, UserAddress.user_agent)
        .join(UserAddress, UserAddress.user_id == User.id)
        .order_by(User.id, UserAddress.address)
    )
    members = list({row.id: row for row in rows}.values())
    put(session, APIKey, _keys(chance, members, CoreSettings.key_timeout.of(request.registry)))
    progress("API keys", len(members), len(members))


def _keys(chance: Random, members: list[Any], timeout: int) -> Iterator[dict[str, Any]]:
    now = utcnow()
    for member in members:
        for _ in range(chance.choice((0, 1, 1, 2))):
            created = moment(chance, member.created, now)
            used = moment(chance, created, now)
            revoked = chance.random() < 0.2
            yield {
                "hash": "".join(chance.choices(_ALPHABET, k=10)),
                "digest": chance.randbytes(32).hex(),
                "user_id": member.id,
                # Keys that are not permanent would be revoked as soon as the site runs.
                "permanent": True,
                "timeout": timeout,
                "permissions": _READING if chance.random() < 0.3 else None,
                "created": created,
                "last_used": used,
                "revoked": moment(chance, used, now) if revoked else None,
                "ip": member.address,
                "user_agent": member.user_agent,
            }
