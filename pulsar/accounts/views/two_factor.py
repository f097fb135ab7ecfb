"""Views that set up a second factor."""

from __future__ import annotations

from typing import Any

import pyotp
import segno
from pyramid.view import view_config

from ...interfaces import ITwoFactor
from ...permissions import USERS_EDIT_SETTINGS
from ...request import Request
from ...serialization import BOOLEAN, STRING, Message, Raw, array_of
from ...settings import CoreSettings
from .. import recovery_codes
from ..changes import tell
from ..errors import InvalidCode, InvalidPassword, LoginBlocked, TwoFactorOff, TwoFactorOn
from ..inputs import BeginTwoFactorInput, ConfirmTwoFactorInput, ProveBothInput
from ..login import Account, account_of, require_both, require_password
from ..resources import TwoFactorSetup
from ..schemas import BeginTwoFactor, ConfirmTwoFactor, ProveBoth

PERMISSION = USERS_EDIT_SETTINGS

STATE = Raw(
    {
        "type": "object",
        "required": ["enabled", "begun", "recovery_codes"],
        "properties": {
            "enabled": BOOLEAN,
            "begun": {"type": "boolean", "description": "A secret waits for its first code."},
            "recovery_codes": {"type": "integer", "description": "How many are unused."},
        },
    }
)
SECRET = Raw(
    {
        "type": "object",
        "required": ["secret", "uri", "qr"],
        "properties": {
            "secret": {"type": "string", "description": "Base32, to be typed."},
            "uri": {"type": "string", "description": "otpauth://, to be opened on the device."},
            "qr": {"type": "string", "description": "The same as a data URI of an SVG image."},
        },
    }
)
CODES = Raw(
    {
        "type": "object",
        "required": ["recovery_codes"],
        "properties": {"recovery_codes": array_of(STRING)},
    }
)


@view_config(context=TwoFactorSetup, request_method="GET", permission=PERMISSION, response=STATE)
def view_two_factor(context: TwoFactorSetup, request: Request) -> dict[str, Any]:
    """Show whether logging in requires a code."""
    user_id = request.caller.user_id
    state = request.find_service(ITwoFactor).state(request.db, user_id)
    return {
        "enabled": state is True,
        "begun": state is False,
        "recovery_codes": recovery_codes.left(request.db, user_id),
    }


@view_config(
    context=TwoFactorSetup,
    request_method="POST",
    permission=PERMISSION,
    schema=BeginTwoFactor,
    response=SECRET,
    errors=(InvalidPassword, LoginBlocked, TwoFactorOn),
    operation="begin_user_two_factor",
)
def begin(context: TwoFactorSetup, request: Request[BeginTwoFactorInput]) -> dict[str, str]:
    """Create a secret for the device; it takes effect after one of its codes is sent."""
    account = account_of(request, request.caller.user_id)
    require_password(request, account, request.validated["password"])
    secret = request.find_service(ITwoFactor).begin(request.db, account.id)
    uri = pyotp.TOTP(secret).provisioning_uri(
        name=account.username, issuer_name=CoreSettings.site_name.of(request.registry)
    )
    return {"secret": secret, "uri": uri, "qr": segno.make(uri).svg_data_uri(scale=4)}


@view_config(
    context=TwoFactorSetup,
    name="confirm",
    request_method="POST",
    permission=PERMISSION,
    schema=ConfirmTwoFactor,
    response=CODES,
    errors=(InvalidCode, TwoFactorOff, TwoFactorOn),
)
def confirm(
    context: TwoFactorSetup, request: Request[ConfirmTwoFactorInput]
) -> dict[str, list[str]]:
    """Turn the second factor on with its first code, and show the recovery codes once."""
    codes = request.find_service(ITwoFactor).confirm(
        request.db, request.caller.user_id, request.validated["code"]
    )
    return {"recovery_codes": codes}


@view_config(
    context=TwoFactorSetup,
    name="turn_off",
    request_method="POST",
    permission=PERMISSION,
    schema=ProveBoth,
    response=Message(),
    errors=(InvalidPassword, InvalidCode, LoginBlocked, TwoFactorOff),
)
def turn_off(context: TwoFactorSetup, request: Request[ProveBothInput]) -> str:
    """Turn the second factor off.

    The password and the code are in the body, because URLs are logged.
    """
    account = _prove(request)
    request.find_service(ITwoFactor).turn_off(request.db, account.id)
    tell(
        request,
        account.username,
        account.email,
        "second factor",
        confirmed=account.email_confirmed,
    )
    return "Two-factor authentication is off."


@view_config(
    context=TwoFactorSetup,
    name="recovery_codes",
    request_method="POST",
    permission=PERMISSION,
    schema=ProveBoth,
    response=CODES,
    errors=(InvalidPassword, InvalidCode, LoginBlocked, TwoFactorOff),
    operation="renew_user_recovery_codes",
)
def renew_recovery_codes(
    context: TwoFactorSetup, request: Request[ProveBothInput]
) -> dict[str, list[str]]:
    """Create new recovery codes; the old ones become invalid."""
    account = _prove(request)
    return {"recovery_codes": recovery_codes.renew(request.db, account.id)}


def _prove(request: Request) -> Account:
    """Return the caller's account after checking the password and the code.

    Raises the errors that the views above list.
    """
    account = account_of(request, request.caller.user_id)
    if not account.two_factor:
        raise TwoFactorOff
    require_both(request, account, request.validated["password"], request.validated["code"])
    return account
