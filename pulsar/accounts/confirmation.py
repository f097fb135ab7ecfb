"""Confirmation that an address belongs to the member."""

from __future__ import annotations

from typing import Any

from ..mail.unconfirmed import TooManyMails, send_unconfirmed
from ..request import Request
from ..settings import CoreSettings
from ..users.interfaces import IUserCreated
from ..users.models import User
from . import tokens
from .changes import set_email
from .errors import InvalidToken
from .letters import token_letter


def is_asked_for(settings: dict[str, Any]) -> bool:
    """Return whether the site confirms addresses, which requires mail."""
    return CoreSettings.confirm_email.read(settings) and CoreSettings.mail.read(settings) != "none"


def ask(request: Request, user: User, email: str) -> None:
    """Mail a token to the address, and invalidate earlier ones. Raises TooManyMails."""
    settings = request.registry.settings
    tokens.end(request.db, user.id, tokens.CONFIRM)
    token = tokens.issue(settings, request.db, user.id, tokens.CONFIRM, email)
    if token is None:
        raise TooManyMails("Too many mails were sent to you. Try again later.")
    letter = token_letter(settings, tokens.CONFIRM, user.username, token)
    send_unconfirmed(request, email, letter.subject, letter.body)


def confirm(request: Request, token: str) -> None:
    """Set the member's address to the one that the token was mailed to. Raises InvalidToken."""
    redeemed = tokens.redeem(request.db, tokens.CONFIRM, token)
    if redeemed is None:
        raise InvalidToken
    set_email(request, request.db.get_one(User, redeemed.user_id), redeemed.email)


def change(request: Request, user: User, email: str) -> None:
    """Change the address after its confirmation, or at once if the site confirms no addresses."""
    if email == user.email and user.email_confirmed is not None:
        return
    if is_asked_for(request.registry.settings):
        ask(request, user, email)
    else:
        set_email(request, user, email)


def ask_new_member(event: IUserCreated) -> None:
    """Subscriber: mail a token to a member who registered, not to members whom operators add."""
    request, user = event.request, event.model
    if request is None:
        user.email_confirmed = user.created
    elif is_asked_for(request.registry.settings):
        ask(request, user, user.email)
