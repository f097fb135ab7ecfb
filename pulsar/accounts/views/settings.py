"""A member's settings."""

from __future__ import annotations

from pyramid.request import Request
from pyramid.view import view_config

from ...errors import NotFound
from ...security.rank import Outranked
from ...serialization import Message
from .. import settings
from ..errors import InvalidPassword, LoginBlocked, PasswordNotChangeable, TooManyMails
from ..resources import Settings
from ..schemas import EditSettings


@view_config(
    context=Settings,
    request_method="PUT",
    permission="users_edit_settings",
    schema=EditSettings,
    response=Message(),
    errors=(
        InvalidPassword,
        LoginBlocked,
        NotFound,
        Outranked,
        PasswordNotChangeable,
        TooManyMails,
    ),
)
def edit_settings(context: Settings, request: Request) -> str:
    """Change one's password or address, or with user_id in the query another member's.

    A new password ends all API keys. A new address counts when it was confirmed.
    """
    user_id = settings.whose(request, "users_moderate")
    wanted = request.validated
    if "new_password" in wanted and not request.has_permission("users_change_password"):
        raise PasswordNotChangeable
    settings.edit(request, user_id, wanted)
    return "Settings updated."
