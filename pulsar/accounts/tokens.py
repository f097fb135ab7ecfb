"""Mailed tokens: 256 bits, stored as SHA-256, valid once."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ..db import utcnow
from ..interfaces import IDatabase
from ..registry import Registry
from ..settings import CoreSettings
from .models import MailToken

CONFIRM = "confirm"
RESET = "reset"
#: The lifetime of tokens in seconds, by purpose.
LIFETIMES = {CONFIRM: CoreSettings.confirm_lifetime, RESET: CoreSettings.reset_lifetime}

_HOUR = timedelta(hours=1)
#: How long expired and used tokens are stored, so that an operator can see what happened.
_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The data of a token: a member, and the address to which it was mailed."""

    user_id: int
    email: str


def issue(
    settings: dict[str, Any], session: Session, user_id: int, purpose: str, email: str
) -> str | None:
    """Create a token for the address; None if the account was recently sent the maximum."""
    now = utcnow()
    recent = session.scalar(
        select(func.count())
        .select_from(MailToken)
        .where(
            MailToken.user_id == user_id,
            MailToken.purpose == purpose,
            MailToken.created > now - _HOUR,
        )
    )
    if (recent or 0) >= CoreSettings.mail_tokens_per_hour.read(settings):
        return None
    token = secrets.token_urlsafe(32)
    session.add(
        MailToken(
            user_id=user_id,
            purpose=purpose,
            digest=_digest(token),
            email=email,
            created=now,
            expires=now + timedelta(seconds=LIFETIMES[purpose].read(settings)),
        )
    )
    session.flush()
    return token


def find(session: Session, purpose: str, token: str) -> Redeemed | None:
    """Return the data of a live token, which stays valid."""
    row = session.execute(
        select(MailToken.user_id, MailToken.email).where(*_live(purpose, token))
    ).one_or_none()
    return Redeemed(*row) if row else None


def redeem(session: Session, purpose: str, token: str) -> Redeemed | None:
    """Use a token up; only one of several concurrent requests gets its data."""
    row = session.execute(
        update(MailToken)
        .where(*_live(purpose, token))
        .values(used=utcnow())
        .returning(MailToken.user_id, MailToken.email),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    return Redeemed(*row) if row else None


def end(session: Session, user_id: int | None = None, purpose: str | None = None) -> None:
    """Invalidate live tokens of one member or all, and of one purpose or all."""
    statement = update(MailToken).where(MailToken.used.is_(None))
    if user_id is not None:
        statement = statement.where(MailToken.user_id == user_id)
    if purpose is not None:
        statement = statement.where(MailToken.purpose == purpose)
    session.execute(
        statement.values(used=utcnow()), execution_options={"synchronize_session": False}
    )


def forget_old(registry: Registry) -> None:
    """Job: delete tokens that expired or were used long ago."""
    with registry.getUtility(IDatabase).session(True) as session:
        session.execute(delete(MailToken).where(MailToken.expires < utcnow() - _KEPT))
        session.commit()


def _live(purpose: str, token: str) -> tuple[Any, ...]:
    return (
        MailToken.digest == _digest(token),
        MailToken.purpose == purpose,
        MailToken.used.is_(None),
        MailToken.expires > utcnow(),
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
