"""Recovery codes, each of which replaces the second factor once."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ..db import utcnow
from .models import RecoveryCode

AMOUNT = 10
#: 20 characters from an alphabet of 32 are 100 bits. No two characters look alike.
LENGTH, ALPHABET = 20, "abcdefghjkmnpqrstuvwxyz123456789"


def renew(session: Session, user_id: int) -> list[str]:
    """Create new codes for the member, and invalidate the old ones."""
    drop(session, user_id)
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(AMOUNT)]
    session.add_all(RecoveryCode(user_id=user_id, digest=_digest(code)) for code in codes)
    session.flush()
    return codes


def left(session: Session, user_id: int) -> int:
    """Return the number of the member's unused codes."""
    unused = (RecoveryCode.user_id == user_id, RecoveryCode.used.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def use(session: Session, user_id: int, code: str) -> bool:
    """Return whether the code is an unused one of the member, and mark it as used."""
    done = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.digest == _digest(code),
            RecoveryCode.used.is_(None),
        )
        .values(used=utcnow())
        .returning(RecoveryCode.id),
        execution_options={"synchronize_session": False},
    )
    return done.one_or_none() is not None


def drop(session: Session, user_id: int) -> None:
    """Delete the member's codes."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
