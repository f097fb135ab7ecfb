"""The types of ``request.validated``, named after the schemas."""

from __future__ import annotations

from typing import TypedDict

from ..users.inputs import OfMemberInput


class ConfirmAddressInput(TypedDict):
    """A mailed token."""

    token: str


class AskResetInput(TypedDict):
    """The address of an account."""

    email: str


class ResetPasswordInput(TypedDict):
    """A mailed token, and the new password."""

    token: str
    password: str
    end_all_secrets: bool


class EditSettingsInput(TypedDict, total=False):
    """Changes, and the account's current password."""

    existing_password: str
    new_password: str
    email: str


class BeginTwoFactorInput(TypedDict):
    """The account's password."""

    password: str


class ConfirmTwoFactorInput(TypedDict):
    """The first code that the device shows."""

    code: str


class ProveBothInput(TypedDict):
    """The account's password and a code."""

    password: str
    code: str


class EditSettingsForMemberInput(EditSettingsInput, OfMemberInput):
    """The same, with the member in the query."""
