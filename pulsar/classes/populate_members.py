"""Sample members."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import select

from ..db import utcnow
from ..interfaces import IPasswords
from ..populate.directive import Progress
from ..populate.material import moment, scaled, seeded, usernames
from ..populate.rows import put, put_for_ids
from ..request import Request
from ..settings import CoreSettings
from ..users.addresses import UserAddress
from ..users.models import User
from .models import SecondaryClass, SecondaryClassMember, UserClass

#: The password of all sample members.
PASSWORD = "dummy Data, 1 site"  # noqa: S105  # it opens no real account
#: Members whose names are easy to remember, and their classes.
NAMED = (("admin", "Staff"), ("moderator", "Moderator"), ("member", "User"))

_USERS = 500
_AGE = timedelta(days=3 * 365)
_AGENTS = ("Mozilla/5.0", "Prowlarr/1.37", "cross-seed/6.13", "autobrr/1.63", "curl/8.14")
#: The shares of the other members in each class, in percent.
_SHARES = {"User": 70, "Power User": 18, "Elite": 9, "Veteran": 3}


def add_members(request: Request, scale: float, progress: Progress) -> None:
    """Add members of all classes, with IP addresses, some of which are shared."""
    session, chance, now = request.db, seeded("users"), utcnow()
    passhash = request.find_service(IPasswords).hash(PASSWORD)
    credit = CoreSettings.start_credit.of(request.registry)
    class_ids = {
        user_class.name: user_class.id for user_class in session.scalars(select(UserClass))
    }
    total = scaled(_USERS, scale, len(NAMED) + 2)
    names = [*NAMED, *_others(chance, total - len(NAMED))]
    # Sorted by age, so that members who joined earlier have lower ids.
    joined = sorted(moment(chance, now - _AGE, now - timedelta(days=1)) for _ in names)
    rows = [
        {
            "username": username,
            "email": f"{username}@example.org",
            "passhash": passhash,
            "user_class_id": class_ids[class_name],
            "uploaded": credit,
            "invites": chance.choice((0, 0, 1, 2, 5)),
            "created": created,
            "last_seen": moment(chance, max(created, now - timedelta(days=60)), now),
            "email_confirmed": created + timedelta(minutes=chance.randint(1, 90)),
        }
        for (username, class_name), created in zip(names, joined, strict=True)
    ]
    user_ids = put_for_ids(session, User, rows)
    progress("Members", total, total)
    members = [(user_id, row) for user_id, row in zip(user_ids, rows, strict=True)]
    put(session, UserAddress, _addresses(chance, members))
    secondary_ids = session.scalars(select(SecondaryClass.id).order_by(SecondaryClass.id)).all()
    put(session, SecondaryClassMember, _memberships(chance, user_ids, secondary_ids))


def _others(chance: Random, number: int) -> Iterator[tuple[str, str]]:
    classes = chance.choices(list(_SHARES), list(_SHARES.values()), k=number)
    yield from zip(islice(usernames(chance), number), classes, strict=True)


def _addresses(chance: Random, members: list[tuple[int, dict[str, Any]]]) -> Iterator[Any]:
    """Yield one to three addresses of each member; one in twenty shares one with the previous."""
    last = ""
    for number, (user_id, row) in enumerate(members):
        addresses = {_address(number, extra) for extra in range(chance.randint(1, 3))}
        if last and chance.random() < 0.05:
            addresses.add(last)
        last = _address(number, 0)
        for address in sorted(addresses):
            first: datetime = moment(chance, row["created"], row["last_seen"])
            yield {
                "user_id": user_id,
                "address": address,
                "user_agent": chance.choice(_AGENTS),
                "first_seen": first,
                "last_seen": moment(chance, first, row["last_seen"]),
            }


def _address(number: int, extra: int) -> str:
    """Return an address of a network that is not used on the internet (RFC 2544, RFC 3849)."""
    if extra == 2:
        return f"2001:db8::{number + 1:x}"
    return f"198.{18 + extra}.{number // 250 % 256}.{number % 250 + 1}"


def _memberships(chance: Random, user_ids: list[int], class_ids: Any) -> Iterator[dict[str, int]]:
    """Yield rows that put a tenth of the members into each secondary class."""
    for class_id in class_ids:
        for user_id in user_ids:
            if chance.random() < 0.1:
                yield {"secondary_class_id": class_id, "user_id": user_id}
