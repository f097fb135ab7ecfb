"""Proving who one is: by password, and by a code where the account has a second factor."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update
from zope.interface import implementer

from ..errors import ApiError, Forbidden, InvalidCredentials, NotFound
from ..interfaces import IDatabase, ILogIn, IPasswords, ITwoFactor
from ..network import network_of
from ..request import Request
from ..settings import CoreSettings
from ..users.addresses import UserAddress
from ..users.models import User
from .backoff import Attempt
from .errors import (
    EmailNotConfirmed,
    InvalidCode,
    InvalidPassword,
    LoginBlocked,
    TwoFactorRequired,
)
from .models import TwoFactor

_PROVED = "pulsar.accounts.proved"


@dataclass(frozen=True, slots=True)
class Account:
    """What a proof needs of an account, read outside of the request's transaction.

    Verifying a password takes 20 ms; no transaction should be open meanwhile.
    """

    id: int
    username: str
    email: str
    passhash: str
    enabled: bool
    email_confirmed: bool
    two_factor: bool
    #: Whether the member came from the caller's network before.
    familiar: bool


def log_in(request: Request, username: str, password: str, code: str | None = None) -> int:
    """The id of the member whose username, password and code these are.

    Raises InvalidCredentials, LoginBlocked, TwoFactorRequired, InvalidCode, EmailNotConfirmed or
    Forbidden; for nobody the same, and in the same time, as for a wrong password.
    """
    if not username:
        raise InvalidCredentials
    candidate = _find(request, func.lower(User.username) == username.lower())
    account = _prove(request, username, candidate, password, code, InvalidCredentials())
    if not account.enabled:
        raise Forbidden("Your account has been disabled.", code="account_disabled")
    confirmed_only = CoreSettings.require_confirmed_email.of(request.registry)
    if confirmed_only and not account.email_confirmed:
        raise EmailNotConfirmed
    return account.id


@implementer(ILogIn)
class LogIn:
    """Log-in by what accounts have."""

    errors = (InvalidCredentials, LoginBlocked, TwoFactorRequired, InvalidCode, EmailNotConfirmed)

    def log_in(self, request: Request, username: str, password: str, code: str | None) -> int:
        return log_in(request, username, password, code)


def account_of(request: Request, user_id: int) -> Account:
    """The member's account. Raises NotFound."""
    account = _find(request, User.id == user_id)
    if account is None:
        raise NotFound(f"User {user_id} does not exist.")
    return account


def require_password(request: Request, account: Account, password: str) -> None:
    """Raise InvalidPassword or LoginBlocked unless the password is the account's."""
    _prove(
        request,
        account.username,
        account,
        password,
        None,
        InvalidPassword(),
        both=False,
        confirms=True,
    )


def require_both(request: Request, account: Account, password: str, code: str) -> None:
    """Raise InvalidPassword, InvalidCode or LoginBlocked unless both are the account's."""
    _prove(request, account.username, account, password, code, InvalidPassword(), confirms=True)


def _find(request: Request, condition: ColumnElement[bool]) -> Account | None:
    """The account, in one statement whether it exists or not."""
    query = (
        select(
            User.id,
            User.username,
            User.email,
            User.passhash,
            User.enabled,
            User.email_confirmed.is_not(None),
            TwoFactor.confirmed.is_not(None),
            select(UserAddress)
            .where(
                UserAddress.user_id == User.id,
                UserAddress.network == network_of(request.remote_addr),
            )
            .exists(),
        )
        .outerjoin(TwoFactor, TwoFactor.user_id == User.id)
        .where(condition)
    )
    with request.find_service(IDatabase).session() as session:
        row = session.execute(query).one_or_none()
    return Account(*row) if row else None


def _prove(
    request: Request,
    username: str,
    account: Account | None,
    password: str,
    code: str | None,
    wrong: ApiError,
    *,
    both: bool = True,
    confirms: bool = False,
) -> Account:
    """The account, if password and code are its; otherwise ``wrong`` or what is said above.

    ``confirms`` is whether somebody who is logged in confirms a change.

    A request that is tried again after a clash of transactions has used its code up: what was
    proved once stays so.
    """
    if account is not None and request.environ.get(_PROVED) == account.id:
        return account
    caller_id = request.caller.user_id if confirms else None
    attempt = Attempt(
        request.registry,
        username,
        request.remote_addr,
        familiar=account is not None and account.familiar,
        caller_id=caller_id if account is not None and caller_id == account.id else None,
    )
    passhash = account.passhash if account else None
    if not request.find_service(IPasswords).verify(passhash, password) or account is None:
        attempt.failed()
        raise wrong
    if account.two_factor and not (both and code):
        # Half a proof clears nothing, or whoever has the password could guess codes for ever.
        attempt.require_open()
        if both:
            raise TwoFactorRequired
    elif account.two_factor and not _accept(request, account.id, code or ""):
        attempt.failed()
        raise InvalidCode
    else:
        attempt.succeeded()
    _renew_hash(request, account, password)
    request.environ[_PROVED] = account.id
    return account


def _renew_hash(request: Request, account: Account, password: str) -> None:
    """Store a hash of today's kind in place of an older one, while the password is at hand."""
    passhash = request.find_service(IPasswords).rehash(account.passhash, password)
    if passhash is None:
        return
    with request.find_service(IDatabase).session(True) as session:
        session.execute(
            # Not over a password that was set in the meantime.
            update(User)
            .where(User.id == account.id, User.passhash == account.passhash)
            .values(passhash=passhash),
            execution_options={"synchronize_session": False},
        )
        session.commit()


def _accept(request: Request, user_id: int, code: str) -> bool:
    with request.find_service(IDatabase).session(True) as session:
        accepted: bool = request.find_service(ITwoFactor).accept(session, user_id, code)
        session.commit()
    return accepted
