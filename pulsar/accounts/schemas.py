"""What members send about their accounts."""

from __future__ import annotations

from ..users.schemas import ExistingPassword, Password
from ..validation import Email, Schema, String

_CODE = "A TOTP code of six digits, or a recovery code."


class ConfirmAddress(Schema):
    """A mailed token."""

    token = String(1, 128, required=True)


class AskReset(Schema):
    """The address of an account."""

    email = Email(required=True)


class ResetPassword(Schema):
    """A mailed token, and what is to be the password."""

    token = String(1, 128, required=True)
    password = Password(required=True)


class EditSettings(Schema):
    """Changes, and the password that the account has now."""

    existing_password = ExistingPassword()
    new_password = Password()
    email = Email()


class BeginTwoFactor(Schema):
    """The account's password."""

    password = ExistingPassword(required=True)


class ConfirmTwoFactor(Schema):
    """The first code that the device shows."""

    code = String(1, 64, required=True, description=_CODE)


class ProveBoth(Schema):
    """The account's password and a code."""

    password = ExistingPassword(required=True)
    code = String(1, 64, required=True, description=_CODE)
