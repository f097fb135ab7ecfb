"""Second factors: TOTP (RFC 6238), and recovery codes that replace it."""

from __future__ import annotations

import hmac
import time
from collections.abc import Sequence
from typing import Any

import pyotp
import structlog
from cryptography.fernet import InvalidToken
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from zope.interface import implementer

from ..db import upsert, utcnow
from ..interfaces import ITwoFactor
from ..secrets.cipher import site_cipher
from . import recovery_codes
from .errors import InvalidCode, TwoFactorOff, TwoFactorOn
from .models import TwoFactor

log = structlog.get_logger(__name__)

#: The purpose of the cipher.
PURPOSE = "two factor"
#: Seconds of a time step, and the number of steps that a device's clock may be off.
STEP, TOLERANCE = 30, 1


@implementer(ITwoFactor)
class TwoFactorService:
    """Manages secrets, which are encrypted with a key derived from the site's current secret.

    If the site has lost the secret of that time, TOTP codes are not valid any more, but recovery
    codes are.
    """

    def __init__(self, site_keys: Sequence[bytes]) -> None:
        self._cipher = site_cipher(site_keys, PURPOSE)

    def state(self, session: Session, user_id: int) -> bool | None:
        """Return True if it is on, False if a secret waits for its first code, otherwise None."""
        return session.scalar(
            select(TwoFactor.confirmed.is_not(None)).where(TwoFactor.user_id == user_id)
        )

    def begin(self, session: Session, user_id: int) -> str:
        """Create a secret, in base32, that replaces an unconfirmed one. Raises TwoFactorOn."""
        secret = pyotp.random_base32()
        values = {"secret": self._cipher.encrypt(secret.encode()), "created": utcnow()}
        insert = upsert(session, TwoFactor)
        begun = session.scalar(
            insert.values(user_id=user_id, last_counter=0, **values)
            .on_conflict_do_update(
                index_elements=["user_id"], set_=values, where=TwoFactor.confirmed.is_(None)
            )
            .returning(TwoFactor.user_id)
        )
        if begun is None:
            raise TwoFactorOn
        return secret

    def confirm(self, session: Session, user_id: int, code: str) -> list[str]:
        """Turn the second factor on with its first code, and return the recovery codes.

        Raises TwoFactorOff, TwoFactorOn or InvalidCode.
        """
        state = self.state(session, user_id)
        if state is None:
            raise TwoFactorOff("Setting up two-factor authentication was not begun.")
        if state:
            raise TwoFactorOn
        if not self._use(session, user_id, _plain(code), first=True):
            raise InvalidCode
        return recovery_codes.renew(session, user_id)

    def accept(self, session: Session, user_id: int, code: str) -> bool:
        """Return whether the TOTP or recovery code is valid, and use it up. The caller commits."""
        code = _plain(code)
        if len(code) == recovery_codes.LENGTH:
            return recovery_codes.use(session, user_id, code)
        return self._use(session, user_id, code)

    def turn_off(self, session: Session, user_id: int) -> None:
        """Delete the secret and the recovery codes."""
        session.execute(delete(TwoFactor).where(TwoFactor.user_id == user_id))
        recovery_codes.drop(session, user_id)

    def _use(self, session: Session, user_id: int, code: str, *, first: bool = False) -> bool:
        """Return whether the time step of the code is new, and store it as the last used one.

        If several requests send the same code at once, the UPDATE matches for one of them. It also
        fails to match if the secret was encrypted again after it was read; then it is read once
        more.
        """
        read = select(TwoFactor.secret).where(TwoFactor.user_id == user_id)
        encrypted = session.scalar(read)
        while encrypted is not None:
            counter = self._counter(encrypted, code)
            if counter is None:
                return False
            if self._advance(session, user_id, encrypted, counter, first=first):
                return True
            before, encrypted = encrypted, session.scalar(read)
            if encrypted == before:
                return False
        return False

    @staticmethod
    def _advance(
        session: Session, user_id: int, encrypted: bytes, counter: int, *, first: bool
    ) -> bool:
        """Store the last used step if the secret has not changed; return whether it was stored."""
        values: dict[str, Any] = {"last_counter": counter}
        if first:
            values["confirmed"] = utcnow()
        used = session.execute(
            update(TwoFactor)
            .where(
                TwoFactor.user_id == user_id,
                TwoFactor.secret == encrypted,
                TwoFactor.last_counter < counter,
                TwoFactor.confirmed.is_(None) if first else TwoFactor.confirmed.is_not(None),
            )
            .values(**values)
            .returning(TwoFactor.user_id),
            execution_options={"synchronize_session": False},
        )
        return used.one_or_none() is not None

    def _counter(self, encrypted: bytes, code: str) -> int | None:
        """Return the time step of the code, if it is near the current one."""
        try:
            totp = pyotp.TOTP(self._cipher.decrypt(encrypted).decode(), interval=STEP)
        except InvalidToken:
            log.error("second factor unreadable: no secret of the site decrypts it")
            return None
        now = int(time.time()) // STEP
        steps = range(now - TOLERANCE, now + TOLERANCE + 1)
        matching = [
            step
            for step in steps
            if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        ]
        return max(matching, default=None)


def _plain(code: str) -> str:
    """Return the code without separators between its groups."""
    return code.replace(" ", "").replace("-", "").lower()
