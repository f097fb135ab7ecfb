"""The mails to members about their accounts.

URLs in mails come only from settings, never from a request: a stranger who requests a member's
reset chooses the Host header, and the token must not be sent there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..settings import CoreSettings
from .tokens import CONFIRM, LIFETIMES, RESET


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's subject and text."""

    subject: str
    body: str


_SUBJECTS = {CONFIRM: "confirm your e-mail address", RESET: "reset your password"}
_LINKS = {CONFIRM: CoreSettings.confirm_link, RESET: CoreSettings.reset_link}
_PATHS = {CONFIRM: "/confirm_email", RESET: "/password_reset/confirm"}
_REASONS = {
    CONFIRM: "this address was given for the account {username} at {site}.",
    RESET: "a new password was asked for, for the account {username} at {site}.",
}


def token_letter(settings: dict[str, Any], purpose: str, username: str, token: str) -> Letter:
    """The mail with a token, as a link if a page for it is configured."""
    link = _LINKS[purpose].read(settings)
    if link:
        how = f"open this page:\n\n{link.replace('{token}', token)}"
    else:
        url = CoreSettings.site_url.read(settings).rstrip("/") + _PATHS[purpose]
        how = f"send this token with POST {url}:\n\n{token}"
    reason = _REASONS[purpose].format(username=username, site=CoreSettings.site_name.read(settings))
    hours = LIFETIMES[purpose].read(settings) / 3600
    return _letter(
        settings,
        _SUBJECTS[purpose],
        f"Hello {username},\n\n{reason}\n\nIf this was you, {how}\n\n"
        f"It can be used once, within {hours:g} hours. If it was not you, do nothing.",
    )


def change_letter(settings: dict[str, Any], username: str, what: str) -> Letter:
    """The mail that reports a change that only the member should make."""
    return _letter(
        settings,
        f"{what} changed",
        f"Hello {username},\n\nthe {what} of your account {username} at "
        f"{CoreSettings.site_name.read(settings)} was changed.\n\n"
        "If this was not you, ask for a new password at once, and tell the staff.",
    )


def _letter(settings: dict[str, Any], subject: str, body: str) -> Letter:
    return Letter(f"{CoreSettings.site_name.read(settings)}: {subject}", f"{body}\n")
