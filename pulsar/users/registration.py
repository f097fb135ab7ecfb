"""Registration: its checks, the new account and its records."""

from __future__ import annotations

from ..db import utcnow
from ..interfaces import IUserClasses
from ..request import Request
from .gates import registration_gate
from .inputs import RegisterInput
from .models import User
from .recorded_addresses import record, recorded_address
from .reserved import require_unreserved
from .services import create_user, hash_password


def register_account(request: Request[RegisterInput]) -> User:
    """Create the account that ``request.validated`` describes.

    Raises RegistrationClosed, UsernameReserved, UsernameTaken, TooManyMails or an error of the
    gate. In that case no account is stored and no invite is used up.
    """
    registry, account = request.registry, request.validated
    gate = registration_gate(registry)
    require_unreserved(registry, account["username"])
    if gate is not None:
        gate.check(request)
    passhash = hash_password(registry, account["password"])
    user = create_user(
        registry,
        request.db,
        username=account["username"],
        passhash=passhash,
        email=account["email"],
        inviter_id=gate.admit(request) if gate is not None else None,
        request=request,
    )
    granted = request.find_service(IUserClasses).permissions(registry, request.db, user)
    record(request.db, user.id, recorded_address(request, granted), utcnow())
    # The response shows values that were just written.
    request.db.refresh(user)
    return user
