"""Registering: who may, by whose invite, and what is recorded of it."""

from __future__ import annotations

from ..classes.effective import effective_permissions
from ..db import utcnow
from ..invites.services import require_code, use
from ..request import Request
from ..settings import CoreSettings
from .models import User
from .recorded_addresses import record, recorded_address
from .reserved import require_unreserved
from .services import RegistrationClosed, create_user, hash_password


def register_account(request: Request) -> User:
    """The account that ``request.validated`` asks for.

    Raises RegistrationClosed, UsernameReserved, InviteRequired, InvalidInvite, UsernameTaken
    or TooManyMails; then neither an account is stored nor an invite used up.
    """
    registry, wanted = request.registry, request.validated
    mode = CoreSettings.registration.of(registry)
    if mode == "closed":
        raise RegistrationClosed
    require_unreserved(registry, wanted["username"])
    code = require_code(wanted.get("code")) if mode == "invite" else None
    passhash = hash_password(registry, wanted["password"])
    invite = use(request, code) if code is not None else None
    user = create_user(
        registry,
        request.db,
        username=wanted["username"],
        passhash=passhash,
        email=wanted["email"],
        inviter_id=invite.inviter_id if invite is not None else None,
        request=request,
    )
    if invite is not None:
        invite.invitee_id = user.id
    granted = effective_permissions(request.db, user, CoreSettings.lock_permissions.of(registry))
    record(request.db, user.id, recorded_address(request, granted), utcnow())
    # What was just written is shown in the answer.
    request.db.refresh(user)
    return user
