"""Creating, finding and replacing members' secrets."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Callable, Sequence

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from zope.interface import implementer

from ..db import utcnow
from ..interfaces import ISecrets
from .models import UserSecret

#: Rows that are read at once when all secrets are read.
_BATCH = 1000


@implementer(ISecrets)
class Secrets:
    """Derives secrets as HMACs of a stored nonce with the site's secret: 32 hexadecimal characters.

    A passkey must be written into every download, so storing only a hash is not enough. Because
    secrets are derived, a copy of the database reveals none. If the site has lost its secret, the
    derived value no longer matches the stored digest, and the member gets a new one.
    """

    def __init__(
        self, site_keys: Sequence[bytes], told: Callable[[str, str, int], None] | None = None
    ) -> None:
        """New values are derived with the first of the site's keys; older values stay valid.

        ``told(kind, value, user_id)`` is called with every secret that is shown to a member.
        """
        self._site_keys = tuple(site_keys)
        self._told = told

    def _derive(self, site_key: bytes, user_id: int, kind: str, nonce: str) -> str:
        message = f"{kind}:{user_id}:{nonce}".encode()
        return hmac.new(site_key, message, hashlib.sha256).hexdigest()[:32]

    def _value(self, row: UserSecret, site_keys: Sequence[bytes]) -> str | None:
        """The row's value, if it is derived from one of these keys."""
        for site_key in site_keys:
            value = self._derive(site_key, row.user_id, row.kind, row.nonce)
            if hmac.compare_digest(self._digest(row.kind, value), row.digest):
                return value
        return None

    @staticmethod
    def _digest(kind: str, value: str) -> str:
        return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()

    def current(self, session: Session, user_id: int, kind: str) -> str:
        """The member's live secret, created if there is none."""
        row = self._live(session, user_id, kind)
        if row is not None:
            value = self._value(row, self._site_keys)
            if value is not None:
                return self._tell(kind, value, user_id)
        return self._tell(kind, self._replace(session, user_id, kind, row), user_id)

    def reset(self, session: Session, user_id: int, kind: str) -> str:
        """Revoke the live secret and create a new one."""
        row = self._live(session, user_id, kind)
        return self._tell(kind, self._replace(session, user_id, kind, row), user_id)

    def revoke(self, session: Session, user_id: int | None = None, kind: str | None = None) -> None:
        """Revoke live secrets, of one member or all and of one kind or all; create none."""
        statement = update(UserSecret).where(UserSecret.revoked.is_(None))
        if user_id is not None:
            statement = statement.where(UserSecret.user_id == user_id)
        if kind is not None:
            statement = statement.where(UserSecret.kind == kind)
        session.execute(
            statement.values(revoked=utcnow()), execution_options={"synchronize_session": False}
        )

    def _tell(self, kind: str, value: str, user_id: int) -> str:
        if self._told is not None:
            self._told(kind, value, user_id)
        return value

    def _replace(
        self, session: Session, user_id: int, kind: str, replaced: UserSecret | None
    ) -> str:
        """Replace that row with a new secret, unless another request has replaced it."""
        nonce = secrets.token_hex(16)
        value = self._derive(self._site_keys[0], user_id, kind, nonce)
        try:
            with session.begin_nested():
                if replaced is not None:
                    session.execute(
                        update(UserSecret)
                        .where(UserSecret.id == replaced.id, UserSecret.revoked.is_(None))
                        .values(revoked=utcnow())
                    )
                session.add(
                    UserSecret(
                        user_id=user_id, kind=kind, nonce=nonce, digest=self._digest(kind, value)
                    )
                )
                session.flush()
        except IntegrityError:
            # Another request created one at the same moment, which can be used instead.
            row = self._live(session, user_id, kind)
            quicker = None if row is None else self._value(row, self._site_keys)
            if quicker is None:
                raise
            return quicker
        return value

    def owner(self, session: Session, kind: str, value: str) -> int | None:
        """The id of the member whose live secret this is."""
        return session.scalar(
            select(UserSecret.user_id).where(
                UserSecret.digest == self._digest(kind, value), UserSecret.revoked.is_(None)
            )
        )

    def count_derived(self, session: Session, site_keys: Sequence[bytes]) -> Counter[str]:
        """Return the numbers of live secrets derived from one of these keys, by kind."""
        rows = session.scalars(
            select(UserSecret).where(UserSecret.revoked.is_(None)).order_by(UserSecret.id),
            execution_options={"yield_per": _BATCH},
        )
        return Counter(row.kind for row in rows if self._value(row, site_keys) is not None)

    def history(self, session: Session, user_id: int, kind: str) -> Sequence[UserSecret]:
        """The member's secrets of this kind, newest first."""
        return session.scalars(
            select(UserSecret)
            .where(UserSecret.user_id == user_id, UserSecret.kind == kind)
            .order_by(UserSecret.id.desc())
        ).all()

    @staticmethod
    def _live(session: Session, user_id: int, kind: str) -> UserSecret | None:
        return session.scalar(
            select(UserSecret).where(
                UserSecret.user_id == user_id,
                UserSecret.kind == kind,
                UserSecret.revoked.is_(None),
            )
        )
