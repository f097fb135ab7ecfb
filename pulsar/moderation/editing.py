"""Editing a member's account and permissions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyramid.request import Request
from sqlalchemy import delete, select

from ..accounts.changes import set_email, set_password
from ..classes.effective import class_permissions
from ..errors import Invalid
from ..interfaces import IPasswords, IPermission, ISiteLog
from ..security.rank import require_held
from ..sitelog.service import changes
from ..users.models import User, UserPermission
from ..users.weak import require_impersonal


def edit_user(request: Request, user: User, values: dict[str, Any]) -> None:
    """Change what the values name; 0 is a value. Raises Invalid, and then nothing is stored."""
    # Two moderators at once must not grant the same twice, nor log what the other changed.
    request.db.refresh(user, with_for_update={"of": User})
    values = dict(values)
    wanted = values.pop("permissions", None)
    password = values.pop("password", None)
    if "email" in values:
        values["email"] = values["email"].lower()
    if wanted:
        change_permissions(request, user, wanted)
    before, after = changes(user, values)
    for name, value in after.items():
        if name != "email":
            setattr(user, name, value)
    if password is not None:
        require_impersonal(password, user.username, user.email)
        set_password(request, user, request.find_service(IPasswords).hash(password))
        before["password"], after["password"] = "[secret]", "[changed]"
    if "email" in after:
        set_email(request, user, after["email"])
    request.db.flush()
    if after:
        request.find_service(ISiteLog).record(
            request, "user_edited", user.username, target=user, before=before, after=after
        )
    request.cache.invalidate(f"user:{user.id}", f"profile:{user.id}")


def change_permissions(request: Request, user: User, wanted: dict[str, bool]) -> None:
    """Grant and deny permissions on top of what the member's classes give.

    Moderators without ``users_moderate_advanced`` may only touch basic ones, and nobody may grant
    what they do not hold. Raises Invalid with both lists of what cannot be done.
    """
    require_valid(request, wanted)
    require_held(request, sorted(name for name, given in wanted.items() if given))
    own = {
        row.permission: row
        for row in request.db.scalars(
            select(UserPermission).where(UserPermission.user_id == user.id)
        )
    }
    from_class = class_permissions(request.db, user)
    before = _held(from_class, own.values())
    added, denied, removed, problems = _plan(wanted, before, own, from_class)
    if problems:
        raise Invalid({"permissions": [" ".join(problems)]})
    request.db.execute(
        delete(UserPermission).where(
            UserPermission.user_id == user.id,
            UserPermission.permission.in_([*added, *denied, *removed]),
        )
    )
    for name in added:
        if name not in from_class:
            request.db.add(UserPermission(user_id=user.id, permission=name, granted=True))
    for name in denied:
        request.db.add(UserPermission(user_id=user.id, permission=name, granted=False))
    request.db.flush()
    after = (before | set(added)) - set(denied) - set(removed)
    request.find_service(ISiteLog).record(
        request,
        "user_permissions",
        user.username,
        target=user,
        before={"permissions": sorted(before - after)},
        after={"permissions": sorted(after - before)},
    )
    request.cache.invalidate(f"user:{user.id}")


def require_valid(request: Request, wanted: dict[str, bool]) -> None:
    """Raise Invalid for permissions that the caller may not touch.

    Those that nobody declares any more can still be taken away.
    """
    advanced = request.identity.has("users_moderate_advanced")
    wrong = []
    for name, given in sorted(wanted.items()):
        found = request.registry.queryUtility(IPermission, name)
        valid = advanced or found.basic if found is not None else advanced and not given
        if not valid:
            wrong.append(f"{name} is not a valid permission")
    if wrong:
        raise Invalid({"permissions": wrong})


def _held(from_class: frozenset[str], own: Iterable[UserPermission]) -> frozenset[str]:
    """What classes, grants and denials come to."""
    rows = list(own)
    granted = {row.permission for row in rows if row.granted}
    denied = {row.permission for row in rows if not row.granted}
    return (from_class | granted) - denied


def _plan(
    wanted: dict[str, bool],
    before: frozenset[str],
    own: dict[str, UserPermission],
    from_class: frozenset[str],
) -> tuple[list[str], list[str], list[str], list[str]]:
    """Names to grant, to deny, to take back, and sentences about what cannot be done."""
    added: list[str] = []
    denied: list[str] = []
    removed: list[str] = []
    cannot_add: list[str] = []
    cannot_delete: list[str] = []
    for name, given in sorted(wanted.items()):
        row = own.get(name)
        if given:
            (cannot_add if name in before else added).append(name)
        elif row is not None and row.granted and name not in from_class:
            removed.append(name)
        elif name in from_class and (row is None or row.granted):
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
