"""Creating, changing and deleting classes of both kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from ..errors import ApiError, Conflict, Invalid, NotFound, Refused
from ..interfaces import ISiteLog
from ..request import Request
from ..security.permissions import find_permission
from ..sitelog.service import changes
from ..users.models import User
from . import tags
from .default_class import move_default
from .models import (
    LOWEST_CLASS,
    SecondaryClass,
    SecondaryClassMember,
    SecondaryClassPermission,
    UserClass,
    UserClassPermission,
)
from .rank import require_class_editable, require_held, require_outranked
from .rules import is_named, require_rules

AnyClass = UserClass | SecondaryClass
#: Changes of these fields may move members between classes, or the class in the ranking.
_MOVING = frozenset({"rank", "promotion", "demotion", "is_default"})
_ROWS = {UserClass: UserClassPermission, SecondaryClass: SecondaryClassPermission}


class ClassNameTaken(Conflict):
    """The name is used by another class. Case does not matter."""

    code = "class_name_taken"


class ClassInUse(ApiError):
    """The class has members, is the lowest one, or rules of other classes refer to it."""

    code = "class_in_use"
    message = "You cannot delete a UserClass while users are assigned to it."


def create(request: Request, kind: type[AnyClass], values: Mapping[str, Any]) -> AnyClass:
    """Create a class. Raises Invalid, ClassNameTaken or Outranked."""
    fields = dict(values)
    names = sorted(set(fields.pop("permissions")))
    require_known(request, names)
    require_held(request, names)
    if kind is UserClass:
        require_outranked(request, fields["rank"])
        require_rules(request, fields, None)
    user_class = kind()
    _store(request, user_class, fields, set(names))
    log_change(request, "class_created", user_class, None, {**fields, "permissions": names})
    return user_class


def edit(request: Request, user_class: AnyClass, values: Mapping[str, Any]) -> None:
    """Change the given fields; members have the new permissions at their next request.

    Raises Invalid, ClassNameTaken, or Outranked if the class or one of its members is not below the
    caller.
    """
    user_class = _locked(request, user_class)
    if isinstance(user_class, UserClass):
        require_outranked(request, max(user_class.rank, values.get("rank", 0)))
    if values.get("permissions") or not _MOVING.isdisjoint(values):
        require_class_editable(request, user_class)
    if isinstance(user_class, UserClass):
        require_rules(request, values, user_class)
    fields = dict(values)
    permissions = fields.pop("permissions", {})
    held = {row.permission for row in user_class.permissions}
    names = _changed_permissions(request, user_class, held, permissions)
    before, after = changes(user_class, fields)
    if "is_default" in after:
        move_default(request, after["is_default"])
    _store(request, user_class, after, names)
    if names != held:
        before["permissions"], after["permissions"] = sorted(held), sorted(names)
    if after:
        log_change(request, "class_edited", user_class, before, after)
        request.cache.invalidate(tags.of_class(user_class))


def delete(request: Request, user_class: AnyClass) -> None:
    """Delete a class without members. Raises ClassInUse or Outranked."""
    user_class = _locked(request, user_class)
    members: Any
    before: dict[str, Any] = {
        "name": user_class.name,
        "permissions": sorted(row.permission for row in user_class.permissions),
    }
    if isinstance(user_class, UserClass):
        require_outranked(request, user_class.rank)
        if user_class.id == LOWEST_CLASS:
            raise ClassInUse("You cannot delete the lowest UserClass.")
        if user_class.is_default:
            raise ClassInUse("You cannot delete the UserClass that new members join.")
        if is_named(request, user_class):
            raise ClassInUse("The promotion rules of another UserClass name this one.")
        before.update(
            rank=user_class.rank, promotion=user_class.promotion, demotion=user_class.demotion
        )
        members = select(User.id).where(User.user_class_id == user_class.id)
    else:
        members = select(SecondaryClassMember.user_id).where(
            SecondaryClassMember.secondary_class_id == user_class.id
        )
    in_use = f"You cannot delete a {type(user_class).__name__} while users are assigned to it."
    if request.db.scalar(members.limit(1)) is not None:
        raise ClassInUse(in_use)
    log_change(request, "class_deleted", user_class, before, None)
    try:
        with request.db.begin_nested():
            request.db.delete(user_class)
            request.db.flush()
    except IntegrityError as error:
        # A member was added to the class at the same moment.
        raise ClassInUse(in_use) from error


def require_known(request: Request, names: list[str]) -> None:
    """Raise Invalid for permissions that are not declared."""
    unknown = [name for name in names if find_permission(request.registry, name) is None]
    if unknown:
        raise Invalid(
            {"permissions": [f"The following permissions are invalid: {', '.join(unknown)}"]}
        )


def _locked(request: Request, user_class: AnyClass) -> AnyClass:
    """Return the current class; other changes to it wait for the end of the request."""
    kind: Any = type(user_class)
    current: AnyClass | None = request.db.get(
        kind,
        user_class.id,
        options=[selectinload(kind.permissions)],
        populate_existing=True,
        with_for_update=True,
    )
    if current is None:
        raise NotFound(f"{kind.__name__} {user_class.id} does not exist.")
    return current


def _changed_permissions(
    request: Request, user_class: AnyClass, held: set[str], permissions: dict[str, bool]
) -> set[str]:
    """Return the new permissions of the class. Raises Invalid for changes without effect."""
    added = sorted(name for name, is_given in permissions.items() if is_given)
    removed = sorted(name for name, is_given in permissions.items() if not is_given)
    noun = f"{type(user_class).__name__} {user_class.name}"
    reasons = [f"{noun} already has the permission {name}." for name in added if name in held] + [
        f"{noun} does not have the permission {name}." for name in removed if name not in held
    ]
    if reasons:
        raise Refused({"permissions": reasons})
    require_known(request, added)
    require_held(request, added)
    return (held | set(added)) - set(removed)


def _store(
    request: Request, user_class: AnyClass, fields: Mapping[str, Any], names: set[str]
) -> None:
    """Set fields and permissions. Raises ClassNameTaken, and changes nothing in that case."""
    kind = type(user_class)
    try:
        with request.db.begin_nested():
            for field, value in fields.items():
                setattr(user_class, field, value)
            rows: list[Any] = [row for row in user_class.permissions if row.permission in names]
            new = names - {row.permission for row in rows}
            user_class.permissions = rows + [_ROWS[kind](permission=name) for name in sorted(new)]
            request.db.add(user_class)
            request.db.flush()
    except IntegrityError as error:
        name = fields.get("name", "")
        existing = request.db.scalar(select(kind.id).where(func.lower(kind.name) == name.lower()))
        if existing is None:
            raise
        raise ClassNameTaken(
            f"Another {kind.__name__} already has the name {name}.", existing_id=existing
        ) from error


def log_change(
    request: Request,
    action: str,
    user_class: AnyClass,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Record the change in the site log."""
    summary = f"{type(user_class).__name__} {user_class.name}"
    request.find_service(ISiteLog).record(
        request, action, summary, target=user_class, before=before, after=after
    )
