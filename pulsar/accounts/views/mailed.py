"""The views that accept mailed tokens to confirm addresses and to replace lost passwords."""

from __future__ import annotations

from pyramid.view import view_config

from ...request import Request
from ...security import PUBLIC
from ...serialization import Message
from .. import confirmation, reset
from ..errors import InvalidToken
from ..inputs import AskResetInput, ConfirmAddressInput, ResetPasswordInput
from ..resources import ConfirmEmail, PasswordReset
from ..schemas import AskReset, ConfirmAddress, ResetPassword


@view_config(
    context=ConfirmEmail,
    request_method="POST",
    permission=PUBLIC,
    schema=ConfirmAddress,
    response=Message(),
    errors=(InvalidToken,),
    operation="confirm_email",
)
def confirm_email(context: ConfirmEmail, request: Request[ConfirmAddressInput]) -> str:
    """Confirm an address with the token that was mailed to it."""
    confirmation.confirm(request, request.validated["token"])
    return "E-mail address confirmed."


@view_config(
    context=PasswordReset,
    request_method="POST",
    permission=PUBLIC,
    schema=AskReset,
    response=Message(),
)
def ask_reset(context: PasswordReset, request: Request[AskResetInput]) -> str:
    """Mail a token to set a new password; the response is the same for unknown addresses."""
    reset.ask(request, request.validated["email"])
    return "If the address belongs to an account, a mail is on its way to it."


@view_config(
    context=PasswordReset,
    name="confirm",
    request_method="POST",
    permission=PUBLIC,
    schema=ResetPassword,
    response=Message(),
    errors=(InvalidToken,),
)
def reset_password(context: PasswordReset, request: Request[ResetPasswordInput]) -> str:
    """Set a new password with a mailed token; this ends the account's API keys and feed key."""
    values = request.validated
    reset.reset(request, values["token"], values["password"], all_secrets=values["end_all_secrets"])
    return "Password changed."
