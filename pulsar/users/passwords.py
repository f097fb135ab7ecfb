"""Password hashing with argon2id (RFC 9106), at OWASP's minimum for interactive logins."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zope.interface import implementer

from ..interfaces import IPasswords


@implementer(IPasswords)
class Passwords:
    """19 MiB, two passes, one lane: about 20 ms; the default of 64 MiB would let a few dozen
    concurrent logins exhaust a small server."""

    def __init__(self, memory_kib: int = 19_456, passes: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """The encoded hash."""
        return self._hasher.hash(password)

    def verify(self, encoded: str | None, password: str) -> bool:
        """Whether they match. Without a hash it takes as long, so that nobody learns who exists."""
        try:
            return self._hasher.verify(encoded or self._nobody, password) and encoded is not None
        except (VerificationError, InvalidHashError):
            return False

    def needs_rehash(self, encoded: str) -> bool:
        """Whether the hash was made with other parameters."""
        return self._hasher.check_needs_rehash(encoded)
