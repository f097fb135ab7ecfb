"""The hourly job that returns expired invites to their senders."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select, update

from ..background import background_request
from ..db import utcnow
from ..registry import Registry
from .models import Invite
from .services import give_back, is_unused

#: The number of invites that expire in one transaction.
_BATCH = 500


def expire_invites(registry: Registry) -> None:
    """Job: mark expired invites as revoked, and return those that cost one.

    Each is returned once, even if other processes expire invites at the same time.
    """
    while _expire_some(registry) == _BATCH:
        pass


def _expire_some(registry: Registry) -> int:
    with background_request(registry) as request:
        now = utcnow()
        # Locked, so that each expires once; rows that another process has locked are skipped.
        expired = request.db.scalars(
            select(Invite.id)
            .where(is_unused(), Invite.expires <= now)
            .order_by(Invite.id)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        rows = request.db.execute(
            update(Invite)
            .where(Invite.id.in_(expired))
            .values(revoked=now)
            .returning(Invite.inviter_id, Invite.cost)
        ).all()
        owed = Counter(row.inviter_id for row in rows if row.cost)
        for inviter_id, number in sorted(owed.items()):
            give_back(request, inviter_id, number)
        return len(expired)
