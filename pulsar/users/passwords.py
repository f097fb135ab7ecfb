"""Password hashing with argon2id (RFC 9106), at OWASP's minimum for interactive logins."""

from __future__ import annotations

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zope.interface import implementer

from ..interfaces import IPasswords

#: The longest password in characters, after normalisation.
MAX_LENGTH = 512
#: The longest text that is normalised: a character composed by NFKC has at most four parts.
MAX_SPELLED = 4 * MAX_LENGTH


def normalise(password: str) -> str:
    """Normalise the password to NFKC (NIST SP 800-63B), so that its spelling does not matter.

    A text that is too long for any password is returned unchanged.
    """
    return password if len(password) > MAX_SPELLED else unicodedata.normalize("NFKC", password)


@implementer(IPasswords)
class Passwords:
    """Hashes passwords with 19 MiB, two passes and one lane, which takes about 20 ms.

    With the default of 64 MiB, a few dozen concurrent logins would exhaust a small server.
    """

    def __init__(self, memory_kib: int = 19_456, passes: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """Return the encoded hash of the normalised password."""
        return self._hasher.hash(normalise(password))

    def verify(self, encoded: str | None, password: str) -> bool:
        """Return whether they match; without a hash, return False after the same time.

        The equal duration hides which accounts exist. Hashes from before passwords were normalised
        are compared with the original text. The number of verifications of a wrong password depends
        only on the password, never on the hash.
        """
        compared = encoded or self._nobody
        normalised = normalise(password)
        matches = self._matches(compared, normalised)
        if not matches and normalised != password:
            matches = self._matches(compared, password)
        return matches and encoded is not None

    def rehash(self, encoded: str, password: str) -> str | None:
        """Return a new hash of a verified password, None if the hash is up to date.

        A hash is out of date if its parameters differ, or its text was not normalised.
        """
        normalised = normalise(password)
        is_current = normalised == password or self._matches(encoded, normalised)
        if is_current and not self._hasher.check_needs_rehash(encoded):
            return None
        return self._hasher.hash(normalised)

    def _matches(self, encoded: str, text: str) -> bool:
        try:
            return self._hasher.verify(encoded, text)
        except (VerificationError, InvalidHashError):
            return False
