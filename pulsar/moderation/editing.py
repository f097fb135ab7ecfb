"""Editing a member's account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..accounts.changes import set_email, set_password
from ..interfaces import IPasswords, ISiteLog
from ..request import Request
from ..sitelog.service import changes
from ..users import tags as user_tags
from ..users.models import User
from ..users.password_rules import require_impersonal
from .granting import change_permissions


def edit_user(request: Request, user: User, values: Mapping[str, Any]) -> None:
    """Change the given fields; 0 is a value. Raises Invalid, and stores nothing in that case."""
    # Concurrent edits wait, so that neither grants a permission twice nor logs the other's change.
    request.db.refresh(user, with_for_update={"of": User})
    fields = dict(values)
    permissions = fields.pop("permissions", None)
    password = fields.pop("password", None)
    if "email" in fields:
        fields["email"] = fields["email"].lower()
    if permissions:
        change_permissions(request, user, permissions)
    before, after = changes(user, fields)
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
    request.cache.invalidate(user_tags.user(user.id), user_tags.profile(user.id))
