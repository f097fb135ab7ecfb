"""Sample invites: used ones for most members, and live ones."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import select, update

from ..db import utcnow
from ..populate.directive import Progress
from ..populate.material import moment, seeded
from ..populate.rows import put
from ..request import Request
from ..users.models import User
from .models import Invite

_LIFETIME = timedelta(days=3)
_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
#: The number of members without an inviter.
_FOUNDERS = 3


def populate(request: Request, scale: float, progress: Progress) -> None:
    """Create invites for all members but the founders, each from an earlier member."""
    session, chance, now = request.db, seeded("invites"), utcnow()
    members = session.execute(select(User.id, User.email, User.created).order_by(User.id)).all()
    used, inviters = [], []
    for number, member in enumerate(members[_FOUNDERS:], _FOUNDERS):
        # Members who joined earlier have invited more.
        inviter = members[min(chance.randrange(number), chance.randrange(number))]
        sent = moment(chance, max(inviter.created, member.created - _LIFETIME), member.created)
        used.append(
            _invite(chance, inviter.id, member.email, sent)
            | {"invitee_id": member.id, "used": member.created}
        )
        inviters.append({"id": member.id, "inviter_id": inviter.id})
    waiting = [
        _invite(
            chance, member.id, f"friend-of-{member.email}", moment(chance, now - _LIFETIME, now)
        )
        for member in members
        if chance.random() < 0.1
    ]
    for invite in waiting:
        invite["revoked"] = now if chance.random() < 0.3 else None
    put(session, Invite, used)
    put(session, Invite, waiting)
    if inviters:
        session.execute(update(User), inviters)
    progress("Invites", len(members), len(members))


def _invite(chance: Random, inviter_id: int, email: str, sent: Any) -> dict[str, Any]:
    return {
        "code": "".join(chance.choices(_ALPHABET, k=24)),
        "inviter_id": inviter_id,
        "email": email,
        "from_ip": f"198.18.7.{chance.randint(1, 254)}",
        "time_sent": sent,
        "expires": sent + _LIFETIME,
    }
