"""Sample classes, with rules of promotion and demotion."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ..permissions import (
    IP_BANS_MODIFY,
    SITE_LOG_VIEW,
    USERCLASSES_LIST,
    USERS_DISABLE,
    USERS_MODERATE,
    USERS_NOTES,
    USERS_VIEW_ADDRESSES,
    USERS_VIEW_WARNINGS,
    USERS_WARN,
)
from ..populate.directive import Progress
from ..populate.rows import put, put_for_ids
from ..request import Request
from .models import (
    LOWEST_CLASS,
    SecondaryClass,
    SecondaryClassPermission,
    UserClass,
    UserClassPermission,
)
from .populate_members import add_members

_GIB = 2**30
_MODERATING = (
    USERS_MODERATE,
    USERS_DISABLE,
    USERS_WARN,
    USERS_VIEW_WARNINGS,
    USERS_NOTES,
    USERS_VIEW_ADDRESSES,
    IP_BANS_MODIFY,
    SITE_LOG_VIEW,
)

#: Name, rank, minimum upload in GiB, minimum weeks, and permissions beyond those of members.
_CLASSES: tuple[tuple[str, int, int, int, tuple[str, ...]], ...] = (
    ("Power User", 100, 25, 2, ()),
    ("Elite", 200, 100, 4, (USERCLASSES_LIST,)),
    ("Veteran", 300, 500, 26, (USERCLASSES_LIST,)),
)
_MODERATOR = "Moderator"
_SECONDARY = (("Donor", ()), ("First Line Support", (USERS_NOTES,)))


def populate(request: Request, scale: float, progress: Progress) -> None:
    """Add classes between the two of a new site, and members of all classes.

    Each class has the permissions of members and its own.
    """
    session = request.db
    basic = sorted(
        session.scalars(
            select(UserClassPermission.permission).where(
                UserClassPermission.user_class_id == LOWEST_CLASS
            )
        )
    )
    below = LOWEST_CLASS
    for number, (name, rank, gib, weeks, extra) in enumerate(_CLASSES):
        promotion = {"uploaded": gib * _GIB, "ratio": 1.05, "age_weeks": weeks}
        rules = {
            "promotion": {"from": below, "require": promotion},
            "demotion": {"to": below, "below": {"ratio": 0.95}},
        }
        below = _add(session, {"name": name, "rank": rank, **rules}, {*basic, *extra})
        progress("Classes", number + 1, len(_CLASSES) + 1)
    _add(session, {"name": _MODERATOR, "rank": 900}, {*basic, *_MODERATING})
    for name, permissions in _SECONDARY:
        [class_id] = put_for_ids(session, SecondaryClass, [{"name": name}])
        put(
            session,
            SecondaryClassPermission,
            (
                {"secondary_class_id": class_id, "permission": permission}
                for permission in permissions
            ),
        )
    progress("Classes", len(_CLASSES) + 1, len(_CLASSES) + 1)
    add_members(request, scale, progress)


def _add(session: Any, row: dict[str, Any], permissions: set[str]) -> int:
    """Add a class; return its id."""
    [class_id] = put_for_ids(session, UserClass, [row])
    put(
        session,
        UserClassPermission,
        ({"user_class_id": class_id, "permission": name} for name in sorted(permissions)),
    )
    return class_id
