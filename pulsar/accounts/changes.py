"""Changes of a member's password and address, and the mails about them."""

from __future__ import annotations

from contextlib import suppress

from ..apikeys.services import revoke_keys
from ..db import utcnow
from ..interfaces import IMailer
from ..mail.unconfirmed import TooManyMails, send_unconfirmed
from ..request import Request
from ..users import tags as user_tags
from ..users.models import User
from . import tokens
from .letters import change_letter


def set_password(request: Request, user: User, passhash: str) -> None:
    """Set the password, and end all API keys and mailed tokens of the member."""
    user.passhash = passhash
    tokens.end(request.db, user.id)
    revoke_keys(request, user.id)
    tell(request, user.username, user.email, "password", confirmed=user.email_confirmed is not None)


def set_email(request: Request, user: User, email: str) -> None:
    """Set the confirmed address. Tokens that were mailed to the old one become invalid."""
    old, user.email = user.email, email
    confirmed = user.email_confirmed is not None
    user.email_confirmed = utcnow()
    if old != email:
        tokens.end(request.db, user.id)
        tell(request, user.username, old, "e-mail address", confirmed=confirmed)
    request.db.flush()
    request.cache.invalidate(user_tags.user(user.id), user_tags.profile(user.id))


def tell(request: Request, username: str, email: str, what: str, *, confirmed: bool) -> None:
    """Mail the member that the account was changed.

    An unconfirmed address may belong to a stranger, so it gets only a few such mails.
    """
    letter = change_letter(request.registry.settings, username, what)
    if confirmed:
        request.find_service(IMailer).send(request, email, letter.subject, letter.body)
        return
    with suppress(TooManyMails):
        send_unconfirmed(request, email, letter.subject, letter.body)
