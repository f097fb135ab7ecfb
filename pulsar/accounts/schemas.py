"""The input of endpoints about accounts."""

from __future__ import annotations

from ..users.schemas import ExistingPassword, Password
from ..validation import Boolean, Email, Schema, String

_CODE = "A TOTP code of six digits, or a recovery code."


class ConfirmAddress(Schema):
    """A mailed token."""

    example = {"token": "the-token-of-the-mail"}

    token = String(1, 128, required=True)


class AskReset(Schema):
    """The address of an account."""

    example = {"email": "alice@example.org"}

    email = Email(required=True)


class ResetPassword(Schema):
    """A mailed token, and the new password."""

    example = {
        "token": "the-token-of-the-mail",
        "password": "Violet tractor 42!",
        "end_all_secrets": True,
    }

    token = String(1, 128, required=True)
    password = Password(required=True)
    end_all_secrets = Boolean(
        default=False,
        description="End the passkey too; clients must download their torrents again then.",
    )


class EditSettings(Schema):
    """Changes, and the account's current password."""

    example = {"existing_password": "Violet tractor 42!", "email": "alice@example.net"}

    existing_password = ExistingPassword()
    new_password = Password()
    email = Email()


class BeginTwoFactor(Schema):
    """The account's password."""

    example = {"password": "Violet tractor 42!"}

    password = ExistingPassword(required=True)


class ConfirmTwoFactor(Schema):
    """The first code that the device shows."""

    example = {"code": "123456"}

    code = String(1, 64, required=True, description=_CODE)


class ProveBoth(Schema):
    """The account's password and a code."""

    example = {"password": "Violet tractor 42!", "code": "123456"}

    password = ExistingPassword(required=True)
    code = String(1, 64, required=True, description=_CODE)
