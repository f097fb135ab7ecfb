"""Ending credentials in an emergency: API keys, feed keys, passkeys and mailed tokens."""

from __future__ import annotations

from ..apikeys import tags
from ..apikeys.services import revoke_all_keys, revoke_keys
from ..interfaces import ISecrets, ISiteLog
from ..request import Request
from ..users.models import User
from . import tokens


def end_credentials(request: Request, user: User) -> None:
    """End all credentials of the member, except for password and second factor."""
    tokens.end(request.db, user.id)
    request.find_service(ISecrets).revoke(request.db, user.id)
    revoke_keys(request, user.id)
    identity = request.identity
    if identity is None or identity.user_id != user.id:
        request.find_service(ISiteLog).record(
            request, "credentials_ended", user.username, target=user
        )


def end_all_credentials(request: Request) -> None:
    """End all credentials of all members, except for passwords and second factors."""
    tokens.end(request.db)
    request.find_service(ISecrets).revoke(request.db)
    revoke_all_keys(request.db)
    request.cache.invalidate(tags.CREDENTIALS)
    request.find_service(ISiteLog).record(request, "all_credentials_ended", "The whole site")
