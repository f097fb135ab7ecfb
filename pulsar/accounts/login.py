"""Authentication: by password, and by a code if the account has a second factor."""

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
    """The data of an account that its authentication needs.

    It is read outside of the request's transaction, because verifying a password takes 20 ms, and
    no transaction should be open during that time.
    """

    id: int
    username: str
    email: str
    passhash: str
    enabled: bool
    email_confirmed: bool
    two_factor: bool
    #: Whether the member has used the caller's network before.
    familiar: bool


def log_in(request: Request, username: str, password: str, code: str | None = None) -> int:
    """Return the id of the member with this username, password and code.

    Raises InvalidCredentials, LoginBlocked, TwoFactorRequired, InvalidCode, EmailNotConfirmed or
    Forbidden. An unknown username has the same result, after the same time, as a wrong password.
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
    """Log-in with username, password and, if the account has a second factor, a code."""

    errors = (InvalidCredentials, LoginBlocked, TwoFactorRequired, InvalidCode, EmailNotConfirmed)

    def log_in(self, request: Request, username: str, password: str, code: str | None) -> int:
        return log_in(request, username, password, code)


def account_of(request: Request, user_id: int) -> Account:
    """Load the member's account. Raises NotFound."""
    account = _find(request, User.id == user_id)
    if account is None:
        raise NotFound(f"User {user_id} does not exist.")
    return account


def require_password(request: Request, account: Account, password: str) -> None:
    """Raise InvalidPassword or LoginBlocked unless this is the account's password."""
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
    """Load the account, in one statement whether it exists or not."""
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
    """Return the account if password and code are right, else raise ``wrong`` or an error above.

    ``confirms`` is whether a member who is logged in confirms a change.

    When a request is retried after a conflict of transactions, its code has been used already, so
    the first result is kept.
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
        # A wrong code does not reset the failures. Otherwise, callers with the password could guess
        # codes without limit.
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
    """Replace an outdated hash while the password is available."""
    passhash = request.find_service(IPasswords).rehash(account.passhash, password)
    if passhash is None:
        return
    with request.find_service(IDatabase).session(True) as session:
        session.execute(
            # A password that was set in the meantime is not overwritten.
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
