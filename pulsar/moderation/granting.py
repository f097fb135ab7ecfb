"""Permissions that are granted or denied to one member, in addition to those of their classes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import delete, select

from ..classes.effective import class_permissions
from ..classes.rank import require_held
from ..errors import Invalid, Refused
from ..interfaces import ISiteLog
from ..permissions import USERS_MODERATE_ADVANCED
from ..request import Request
from ..security.permissions import find_by_pattern, find_permission
from ..users import tags as user_tags
from ..users.models import User, UserPermission


def change_permissions(request: Request, user: User, permissions: Mapping[str, bool]) -> None:
    """Grant and deny permissions in addition to those of the member's classes.

    Moderators without ``users_moderate_advanced`` may only change basic permissions, and callers
    cannot grant permissions that they lack. Raises Invalid with both lists of refused permissions.
    """
    require_valid(request, permissions)
    require_held(request, sorted(name for name, is_given in permissions.items() if is_given))
    set_permissions(request, user, permissions)


def set_permissions(request: Request, user: User, permissions: Mapping[str, bool]) -> None:
    """Grant and deny permissions without checking the caller.

    Raises Invalid for changes without effect, and for denials of permissions that do not exist.
    """
    own = own_permissions(request, user)
    from_class = class_permissions(request.db, user)
    before = _held(from_class, own.values())
    deniable = from_class | {
        name for name in permissions if find_by_pattern(request.registry, name)
    }
    added, denied, removed, problems = _plan(permissions, before, own, from_class, deniable)
    problems += [
        f"{name} is not a valid permission."
        for name in denied
        if find_permission(request.registry, name) is None
    ]
    if problems:
        raise Refused({"permissions": [" ".join(problems)]})
    _forget(request, user, [*added, *denied, *removed])
    for name in added:
        if name not in from_class:
            request.db.add(UserPermission(user_id=user.id, permission=name, granted=True))
    for name in denied:
        request.db.add(UserPermission(user_id=user.id, permission=name, granted=False))
    request.db.flush()
    _record(request, user, before, (before | set(added)) - set(denied) - set(removed))


def reset_permissions(request: Request, user: User, names: Collection[str]) -> None:
    """Remove grants and denials of the member. Raises Invalid for names without one."""
    own = own_permissions(request, user)
    missing = [name for name in names if name not in own]
    if missing:
        raise Invalid(
            {"permissions": [f"{', '.join(missing)}: neither granted nor denied to the member"]}
        )
    from_class = class_permissions(request.db, user)
    before = _held(from_class, own.values())
    _forget(request, user, names)
    left = [row for name, row in own.items() if name not in set(names)]
    _record(request, user, before, _held(from_class, left))


def own_permissions(request: Request, user: User) -> dict[str, UserPermission]:
    """Return the grants and denials of the member, by permission."""
    rows = request.db.scalars(select(UserPermission).where(UserPermission.user_id == user.id))
    return {row.permission: row for row in rows}


def require_valid(request: Request, permissions: Mapping[str, bool]) -> None:
    """Raise Invalid for permissions that the caller may not change.

    Permissions that are not declared any more can still be removed.
    """
    advanced = request.caller.has(USERS_MODERATE_ADVANCED)
    wrong = []
    for name, is_given in sorted(permissions.items()):
        permission = find_permission(request.registry, name)
        valid = (
            advanced or permission.basic if permission is not None else advanced and not is_given
        )
        if not valid:
            wrong.append(f"{name} is not a valid permission")
    if wrong:
        raise Invalid({"permissions": wrong})


def _forget(request: Request, user: User, names: Collection[str]) -> None:
    request.db.execute(
        delete(UserPermission).where(
            UserPermission.user_id == user.id, UserPermission.permission.in_(list(names))
        )
    )


def _record(request: Request, user: User, before: frozenset[str], after: frozenset[str]) -> None:
    """Record the change in the site log, and drop cached copies of the member's identity."""
    request.find_service(ISiteLog).record(
        request,
        "user_permissions",
        user.username,
        target=user,
        before={"permissions": sorted(before - after)},
        after={"permissions": sorted(after - before)},
    )
    request.cache.invalidate(user_tags.user(user.id))


def _held(from_class: frozenset[str], own: Iterable[UserPermission]) -> frozenset[str]:
    """Return the permissions from classes, grants and denials."""
    rows = list(own)
    granted = {row.permission for row in rows if row.granted}
    denied = {row.permission for row in rows if not row.granted}
    return (from_class | granted) - denied


def _plan(
    permissions: Mapping[str, bool],
    before: frozenset[str],
    own: dict[str, UserPermission],
    from_class: frozenset[str],
    deniable: frozenset[str],
) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return the names to grant, to deny and to remove, and sentences about refused changes."""
    added: list[str] = []
    denied: list[str] = []
    removed: list[str] = []
    cannot_add: list[str] = []
    cannot_delete: list[str] = []
    for name, is_given in sorted(permissions.items()):
        row = own.get(name)
        if is_given:
            (cannot_add if name in before else added).append(name)
        elif row is not None and row.granted and name not in from_class:
            removed.append(name)
        elif name in deniable and (row is None or row.granted):
            denied.append(name)
        else:
            cannot_delete.append(name)
    problems = []
    if cannot_add:
        problems.append(f"The following permissions could not be added: {', '.join(cannot_add)}.")
    if cannot_delete:
        problems.append(
            f"The following permissions could not be deleted: {', '.join(cannot_delete)}."
        )
    return added, denied, removed, problems
