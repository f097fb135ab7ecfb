"""Authentication: by password, and by a code if the account has a second factor.

A log-in opens two transactions:

1. A reading one finds the account and its failures. It ends before the password is verified, which
   takes 20 ms: meanwhile the request holds no connection and, on SQLite, not the only write lock.
2. ``request.db``, in which the failures are read once more, see ``backoff``.

There are others only if data has to be stored although the request may be refused: failures, codes
that were used up, and the deletion of failures after a success. They end before ``request.db`` is
used, because SQLite allows one writer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session
from zope.interface import implementer

from ..errors import ApiError, Forbidden, InvalidCredentials, NotFound
from ..interfaces import IDatabase, IDeferred, ILogIn, IPasswords, ITwoFactor
from ..network import network_of
from ..registry import Registry
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
    """The data of an account that its authentication needs."""

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
    with request.find_service(IDatabase).session() as session:
        candidate = _find(request, session, func.lower(User.username) == username.lower())
        attempt = _begin(request, session, username, candidate)
    account = _prove(request, attempt, candidate, password, code, InvalidCredentials())
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
    with request.find_service(IDatabase).session() as session:
        account = _find(request, session, User.id == user_id)
    if account is None:
        raise NotFound(f"User {user_id} does not exist.")
    return account


def require_password(request: Request, account: Account, password: str) -> None:
    """Raise InvalidPassword or LoginBlocked unless this is the account's password."""
    attempt = _begin_confirmation(request, account)
    _prove(request, attempt, account, password, None, InvalidPassword(), both=False, confirms=True)


def require_both(request: Request, account: Account, password: str, code: str) -> None:
    """Raise InvalidPassword, InvalidCode or LoginBlocked unless both are the account's."""
    attempt = _begin_confirmation(request, account)
    _prove(request, attempt, account, password, code, InvalidPassword(), confirms=True)


def _find(request: Request, session: Session, condition: ColumnElement[bool]) -> Account | None:
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
    row = session.execute(query).one_or_none()
    return Account(*row) if row else None


def _begin(
    request: Request,
    session: Session,
    username: str,
    account: Account | None,
    caller_id: int | None = None,
) -> Attempt:
    """Begin an attempt, with ``caller_id`` if a member confirms a change. Raises LoginBlocked."""
    attempt = Attempt(
        request.registry,
        username,
        request.remote_addr,
        familiar=account is not None and account.familiar,
        caller_id=caller_id if account is not None and caller_id == account.id else None,
    )
    if account is None or not _is_proved(request, account):
        attempt.begin(session)
    return attempt


def _begin_confirmation(request: Request, account: Account) -> Attempt:
    with request.find_service(IDatabase).session() as session:
        return _begin(request, session, account.username, account, request.caller.user_id)


def _is_proved(request: Request, account: Account) -> bool:
    """Whether an earlier try of the request has proved to be by the account's owner.

    When a request is retried after a conflict of transactions, its code has been used already, so
    the first result is kept.
    """
    return request.environ.get(_PROVED) == account.id


def _prove(
    request: Request,
    attempt: Attempt,
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
    """
    if account is not None and _is_proved(request, account):
        return account
    passhash = account.passhash if account else None
    if not request.find_service(IPasswords).verify(passhash, password) or account is None:
        attempt.failed()
        raise wrong
    if account.two_factor and not (both and code):
        # A password without its code does not reset the failures. Otherwise, callers with the
        # password could guess codes without limit.
        with request.find_service(IDatabase).session() as session:
            attempt.require_open(session)
        if both:
            raise TwoFactorRequired
    elif account.two_factor and not _accept(request, account.id, code or ""):
        attempt.failed()
        raise InvalidCode
    else:
        _succeed(request, attempt, confirms=confirms)
    renew = partial(_renew_hash, request.registry, account, password)
    request.find_service(IDeferred).after_commit(request, renew)
    request.environ[_PROVED] = account.id
    return account


def _succeed(request: Request, attempt: Attempt, *, confirms: bool) -> None:
    """Let the attempt succeed, in ``request.db`` if it has no failures to delete.

    Requests that confirm a change may hash a new password next, so they do not use it yet.
    """
    if not (confirms or attempt.has_failures):
        attempt.succeeded(request.db)
        return
    with request.find_service(IDatabase).session(attempt.has_failures) as session:
        attempt.succeeded(session)
        session.commit()


def _renew_hash(registry: Registry, account: Account, password: str) -> None:
    """Replace an outdated hash by the password, which is available after an authentication.

    This happens after the request, since hashing takes 20 ms, and ``request.db`` is open by then.
    """
    passhash = registry.getUtility(IPasswords).rehash(account.passhash, password)
    if passhash is None:
        return
    with registry.getUtility(IDatabase).session(True) as session:
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
