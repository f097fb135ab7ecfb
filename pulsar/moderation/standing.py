"""Changes of a member's standing: class, enabled, locked. Each is stored with its reason."""

from __future__ import annotations

from ..classes.models import UserClass
from ..interfaces import ISiteLog
from ..request import Request
from ..users import tags as user_tags
from ..users.models import User
from .models import StatusChange


def change_class(request: Request, user: User, target: UserClass, reason: str) -> None:
    """Change the member's primary class, from the member's next request."""
    before = user.user_class.name
    user.user_class_id = target.id
    request.db.flush()
    request.db.refresh(user, ["user_class"])
    _record(request, user, "class", before, target.name, reason)


def change_status(request: Request, user: User, field: str, value: bool, reason: str) -> None:
    """Set ``enabled`` or ``locked``."""
    words = {"enabled": ("disabled", "enabled"), "locked": ("unlocked", "locked")}[field]
    before = bool(getattr(user, field))
    setattr(user, field, value)
    request.db.flush()
    _record(request, user, words[value], words[before], words[value], reason)


def _record(request: Request, user: User, kind: str, before: str, after: str, reason: str) -> None:
    identity = request.identity
    request.db.add(
        StatusChange(
            user_id=user.id,
            staff_id=identity.user_id if identity else None,
            kind=kind,
            before=before,
            after=after,
            reason=reason,
        )
    )
    request.find_service(ISiteLog).record(
        request,
        f"user_{kind}",
        f"{user.username}: {before} to {after}. {reason}".strip(),
        target=user,
        before={"value": before},
        after={"value": after},
    )
    request.cache.invalidate(user_tags.user(user.id))
