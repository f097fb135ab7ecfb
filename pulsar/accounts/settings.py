"""A member's settings: password and address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from ..classes.authority import stands_above
from ..classes.rank import Outranked, require_authority
from ..interfaces import IDatabase, ISiteLog
from ..request import Request
from ..security.permissions import GOD_MODE
from ..users.models import User
from ..users.password_rules import require_impersonal
from ..users.services import hash_password
from . import confirmation
from .changes import set_password
from .login import account_of, require_password


def edit(request: Request, user_id: int, values: Mapping[str, Any]) -> None:
    """Change a member's settings; ``existing_password`` must be the member's password.

    Raises NotFound, Outranked, InvalidPassword, LoginBlocked, Invalid or TooManyMails.
    """
    # Passwords are verified and hashed first, outside of the request's transaction; see login.
    account = account_of(request, user_id)
    is_own = user_id == request.caller.user_id
    if not is_own:
        # Callers who may not change the account must not learn whether the password is right.
        require_entry(request, user_id)
    if not values:
        return
    require_password(request, account, values.get("existing_password", ""))
    passhash = None
    if "new_password" in values:
        password = values["new_password"]
        require_impersonal(password, account.username, account.email, "new_password")
        passhash = hash_password(request.registry, password)
    if not is_own:
        # Checked again, because the member may have been promoted while the password was verified.
        require_authority(request, user_id, entering=True)
    user = request.db.get_one(User, user_id)
    if not is_own:
        request.find_service(ISiteLog).record(
            request, "user_settings", user.username, target=user, after=_logged_fields(values)
        )
    # The password is set first, because that ends all mailed tokens, and the new address gets one.
    if passhash is not None:
        set_password(request, user, passhash)
    if "email" in values:
        confirmation.change(request, user, values["email"].lower())
    request.db.flush()


def require_entry(request: Request, user_id: int) -> None:
    """Raise Outranked if the caller may not change the account; runs outside of the transaction."""
    identity = request.caller
    if identity.has(GOD_MODE):
        return
    query = select(User.id).where(User.id == user_id, stands_above(identity, entering=True))
    with request.find_service(IDatabase).session() as session:
        if session.scalar(query) is not None:
            raise Outranked


def _logged_fields(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the changed fields for the site log."""
    changed = {"email": values["email"]} if "email" in values else {}
    return {**changed, "password": "[changed]"} if "new_password" in values else changed
