"""Password resets for members who lost their password and can read the account's mail."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select

from ..db import utcnow
from ..interfaces import IDatabase, IDeferred, IMailer, IMailLimits, ISecrets
from ..mail.unconfirmed import TooManyMails
from ..registry import Registry
from ..request import Request
from ..settings import CoreSettings
from ..users.models import User
from ..users.password_rules import require_impersonal
from ..users.services import hash_password
from . import tokens
from .backoff import trust
from .changes import set_password
from .errors import InvalidToken
from .letters import token_letter

#: Several accounts may have the same address; this is the number that are mailed at once.
_MOST_ACCOUNTS = 5


def ask(request: Request, email: str) -> None:
    """Mail tokens to the accounts of the address, after the request.

    The request takes the same steps for every address, so that its duration reveals nothing. If the
    address or the caller's network has recently reached its limit of mails, none is sent, without
    an error.
    """
    # However many mails strangers request, the token of one of them is always valid.
    longest = CoreSettings.reset_lifetime.of(request.registry)
    limits = request.find_service(IMailLimits)
    try:
        limits.count("reset", email, request.remote_addr, longest=longest)
    except TooManyMails:
        return
    work = partial(mail_tokens, request.registry, email.lower())
    request.find_service(IDeferred).after_commit(request, work)


def mail_tokens(registry: Registry, email: str) -> None:
    """Mail a token for each enabled account of the address."""
    mailer = registry.getUtility(IMailer)
    works = []
    with registry.getUtility(IDatabase).session(True) as session:
        users = session.scalars(
            select(User)
            .where(User.email == email, User.enabled)
            .order_by(User.id)
            .limit(_MOST_ACCOUNTS)
        ).all()
        for user in users:
            token = tokens.issue(registry.settings, session, user.id, tokens.RESET, email)
            if token is not None:
                letter = token_letter(registry.settings, tokens.RESET, user.username, token)
                works.append(mailer.post(session, email, letter.subject, letter.body))
        session.commit()
    for work in works:
        work()


def reset(request: Request, token: str, password: str, *, all_secrets: bool = False) -> None:
    """Set the password of the member to whom the token was mailed, and revoke the feed key.

    With ``all_secrets`` the passkey, and the secrets that plugins declare, are revoked too.

    Raises InvalidToken, or Invalid for a personal password; in that case the token stays valid.
    """
    with request.find_service(IDatabase).session() as session:
        mail_token = tokens.find(session, tokens.RESET, token)
        if mail_token is None:
            raise InvalidToken
        owner = session.get_one(User, mail_token.user_id)
    require_impersonal(password, owner.username, owner.email)
    # Hashed before the transaction writes, since SQLite allows one writer.
    passhash = hash_password(request.registry, password)
    redeemed = tokens.redeem(request.db, tokens.RESET, token)
    if redeemed is None:
        raise InvalidToken
    user = request.db.get_one(User, redeemed.user_id)
    if user.email_confirmed is None and user.email == redeemed.email:
        user.email_confirmed = utcnow()
    set_password(request, user, passhash)
    kind = None if all_secrets else "feed"
    request.find_service(ISecrets).revoke(request.db, user.id, kind)
    trust(request.db, user.username, request.remote_addr)
    request.db.flush()
