"""Deletes the addresses from which invites were sent."""

from __future__ import annotations

from sqlalchemy import update

from ..users.interfaces import IAddressesExpired
from .models import Invite


def forget_addresses(event: IAddressesExpired) -> None:
    """Subscriber: delete the addresses of old invites."""
    event.session.execute(
        update(Invite)
        .where(Invite.time_sent < event.oldest, Invite.from_ip != "")
        .values(from_ip=""),
        execution_options={"synchronize_session": False},
    )
