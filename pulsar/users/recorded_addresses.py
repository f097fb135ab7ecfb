"""The parts of a request's origin that are recorded: the address and the program."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from ..db import upsert
from ..network import address_of, network_of
from ..request import Request
from ..security.unrecorded import NO_HISTORY, mark_unrecorded
from .addresses import MAX_USER_AGENT, UNRECORDED, UserAddress
from .models import User


@dataclass(frozen=True, slots=True)
class RecordedAddress:
    """An address, empty if unknown, and the program that sent the request."""

    address: str = ""
    user_agent: str = ""


def recorded_address(request: Request, granted: Collection[str]) -> RecordedAddress:
    """Return the data to record about a request of a member with these permissions."""
    if NO_HISTORY in granted:
        mark_unrecorded(request)
        return RecordedAddress(UNRECORDED)
    return RecordedAddress(address_of(request.remote_addr), plain_agent(request.user_agent))


def plain_agent(text: str | None) -> str:
    """Return the printable characters of a ``User-Agent`` header, up to the maximum length."""
    return "".join(filter(str.isprintable, text or ""))[:MAX_USER_AGENT]


def record(
    session: Session, user_id: int, recorded_address: RecordedAddress, now: datetime
) -> None:
    """Record that the member used the address; a later time is never overwritten."""
    # The member's row is always locked first. With the same order everywhere, transactions that
    # lock several rows cannot deadlock.
    session.execute(
        update(User)
        .where(User.id == user_id, or_(User.last_seen.is_(None), User.last_seen < now))
        .values(last_seen=now)
        .execution_options(synchronize_session=False)
    )
    if not recorded_address.address:
        return
    insert = upsert(session, UserAddress)
    session.execute(
        insert.values(
            user_id=user_id,
            address=recorded_address.address,
            network=network_of(recorded_address.address),
            user_agent=recorded_address.user_agent,
            first_seen=now,
            last_seen=now,
        ).on_conflict_do_update(
            index_elements=["user_id", "address"],
            set_={"user_agent": recorded_address.user_agent, "last_seen": now},
            where=UserAddress.last_seen < now,
        )
    )
