"""Deleting the addresses from which keys were used."""

from __future__ import annotations

from sqlalchemy import or_, update

from ..users.interfaces import IAddressesExpired
from .models import APIKey


def forget_addresses(event: IAddressesExpired) -> None:
    """Subscriber: delete the old addresses of keys."""
    event.session.execute(
        update(APIKey)
        .where(APIKey.last_used < event.oldest, or_(APIKey.ip != "", APIKey.user_agent != ""))
        .values(ip="", user_agent=""),
        execution_options={"synchronize_session": False},
    )
