"""The daily job that forgets where members were."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_, update

from ..apikeys.models import APIKey
from ..db import utcnow
from ..interfaces import IDatabase
from ..invites.models import Invite
from ..registry import Registry
from ..settings import CoreSettings
from .addresses import UserAddress


def forget_addresses(registry: Registry) -> None:
    """Job: drop what members' addresses and keys and invites tell of long ago."""
    oldest = utcnow() - timedelta(days=CoreSettings.address_days.of(registry))
    old_keys = (APIKey.last_used < oldest, or_(APIKey.ip != "", APIKey.user_agent != ""))
    old_invites = (Invite.time_sent < oldest, Invite.from_ip != "")
    with registry.getUtility(IDatabase).session(True) as session:
        for statement in (
            delete(UserAddress).where(UserAddress.last_seen < oldest),
            update(APIKey).where(*old_keys).values(ip="", user_agent=""),
            update(Invite).where(*old_invites).values(from_ip=""),
        ):
            session.execute(statement, execution_options={"synchronize_session": False})
        session.commit()
