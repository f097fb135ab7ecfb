"""The permissions that members have in a new installation."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ..db.migrations import missing_heads
from ..interfaces import IDatabase, IPermission
from .models import LOWEST_CLASS, KnownPermission, UserClassPermission


def grant_member_permissions(event: Any) -> None:
    """Give class 1 the member permissions that this database has not seen before."""
    registry = event.registry
    if missing_heads(registry):
        # After a partial migration, the tables may not exist yet.
        return
    declared = {
        name: permission.member for name, permission in registry.getUtilitiesFor(IPermission)
    }
    with registry.getUtility(IDatabase).session(True) as session:
        known_names = set(session.scalars(select(KnownPermission.permission)))
        held = set(
            session.scalars(
                select(UserClassPermission.permission).where(
                    UserClassPermission.user_class_id == LOWEST_CLASS
                )
            )
        )
        for name in sorted(declared.keys() - known_names):
            session.add(KnownPermission(permission=name))
            if declared[name] and name not in held:
                session.add(UserClassPermission(user_class_id=LOWEST_CLASS, permission=name))
        session.commit()
