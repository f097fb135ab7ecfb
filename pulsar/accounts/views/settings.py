"""The view that changes a member's settings."""

from __future__ import annotations

from pyramid.view import view_config

from ...classes.owned import OfMember, named_id
from ...classes.rank import Outranked
from ...mail.unconfirmed import TooManyMails
from ...permissions import USERS_CHANGE_PASSWORD, USERS_EDIT_SETTINGS, USERS_MODERATE
from ...request import Request
from ...serialization import Message
from .. import settings
from ..errors import InvalidPassword, LoginBlocked, PasswordNotChangeable
from ..inputs import EditSettingsForMemberInput
from ..resources import Settings
from ..schemas import EditSettings


@view_config(
    context=Settings,
    request_method="PUT",
    permission=USERS_EDIT_SETTINGS,
    schema=EditSettings,
    query=OfMember,
    response=Message(),
    errors=(InvalidPassword, LoginBlocked, Outranked, PasswordNotChangeable, TooManyMails),
)
def edit_settings(context: Settings, request: Request[EditSettingsForMemberInput]) -> str:
    """Change the password or address of the caller or of another member.

    A new password ends all API keys. A new address takes effect when it is confirmed.
    """
    # Nothing is read yet, see settings.edit; it checks later whether the member exists.
    user_id = named_id(request, USERS_MODERATE)
    values = {name: value for name, value in request.validated.items() if name != "user_id"}
    if "new_password" in values and not request.has_permission(USERS_CHANGE_PASSWORD):
        raise PasswordNotChangeable
    settings.edit(request, user_id, values)
    return "Settings updated."
