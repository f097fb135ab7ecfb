"""Creating accounts, for registrations and for operators."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..errors import ApiError, Conflict
from ..interfaces import IPasswords, IUserClasses
from ..registry import Registry
from ..settings import CoreSettings
from .events import UserCreated
from .models import User


class UsernameTaken(Conflict):
    """The username is taken, regardless of case."""

    code = "username_taken"


class RegistrationClosed(ApiError):
    """The operator has closed registration."""

    status = 403
    code = "registration_closed"
    message = "Registration is closed."


def create_user(
    registry: Registry,
    session: Session,
    *,
    username: str,
    passhash: str,
    email: str,
    user_class_id: int | None = None,
    inviter_id: int | None = None,
    request: Any = None,
) -> User:
    """Add a member, by default in the class for new members, and notify subscribers.

    Raises UsernameTaken.
    """
    if user_class_id is None:
        user_class_id = registry.getUtility(IUserClasses).default_id(session)
    user = User(
        username=username,
        passhash=passhash,
        email=email.lower(),
        user_class_id=user_class_id,
        inviter_id=inviter_id,
        uploaded=CoreSettings.start_credit.of(registry),
    )
    try:
        with session.begin_nested():
            session.add(user)
            session.flush()
    except IntegrityError as error:
        if find_by_name(session, username) is None:
            raise
        raise UsernameTaken(f"another user already has the username {username}") from error
    registry.notify(UserCreated(request, user))
    return user


def find_by_name(session: Session, username: str) -> User | None:
    """Find the member with this name, regardless of case."""
    return session.scalar(select(User).where(func.lower(User.username) == username.lower()))


def hash_password(registry: Registry, password: str) -> str:
    """Return the encoded hash. This is slow, so call it before a transaction begins to write."""
    return registry.getUtility(IPasswords).hash(password)
