"""The daily job that deletes old addresses of members."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from ..db import utcnow
from ..interfaces import IDatabase
from ..registry import Registry
from ..settings import CoreSettings
from .addresses import UserAddress
from .events import AddressesExpired


def forget_addresses(registry: Registry) -> None:
    """Job: delete old addresses of members, and the old addresses that subscribers store."""
    oldest = utcnow() - timedelta(days=CoreSettings.address_days.of(registry))
    with registry.getUtility(IDatabase).session(True) as session:
        session.execute(
            delete(UserAddress).where(UserAddress.last_seen < oldest),
            execution_options={"synchronize_session": False},
        )
        registry.notify(AddressesExpired(session, oldest))
        session.commit()
