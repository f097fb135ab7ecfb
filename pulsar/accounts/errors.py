"""Errors of authentication."""

from __future__ import annotations

from ..errors import ApiError, Conflict, Forbidden, RateLimited, Unauthorized


class LoginBlocked(RateLimited):
    """Too many failed logins of the account or the address."""

    code = "login_blocked"

    def __init__(self, seconds: int = 1) -> None:
        super().__init__(
            f"Too many failed logins. Try again in {seconds} seconds.",
            headers={"Retry-After": str(seconds)},
        )


class TwoFactorRequired(Unauthorized):
    """The password is right, but a code is also required."""

    code = "two_factor_required"
    message = "A code of your second factor is required."


class InvalidCode(Unauthorized):
    """The code is wrong, too old, or already used."""

    code = "invalid_code"
    message = "Invalid code."


class InvalidPassword(Unauthorized):
    """The password that should confirm a change is wrong."""

    code = "invalid_password"
    message = "Invalid existing password."


class EmailNotConfirmed(Forbidden):
    """The site requires confirmed addresses, and the account's is not confirmed."""

    code = "email_not_confirmed"
    message = "Confirm your e-mail address first. A reset of the password confirms it too."


class PasswordNotChangeable(Forbidden):
    """The member may change settings, but not the password."""

    message = "You do not have permission to change this password."


class InvalidToken(ApiError):
    """A mailed token that is unknown, used or expired."""

    code = "invalid_token"
    message = "The token is unknown, used or expired."


class TwoFactorOn(Conflict):
    """The account already has a second factor."""

    code = "two_factor_on"
    message = "Two-factor authentication is on already."


class TwoFactorOff(Conflict):
    """The account has no second factor, or its set-up has not begun."""

    code = "two_factor_off"
    message = "Two-factor authentication is not on."
