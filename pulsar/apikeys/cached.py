"""What the cache keeps of a key."""

from __future__ import annotations

import msgspec

from ..security import Identity
from ..users.models import User


class CachedKey(msgspec.Struct, array_like=True):
    """What the cache keeps of a key: the identity's parts, and when its idleness is judged."""

    user_id: int
    username: str
    user_class_id: int
    enabled: bool
    locked: bool
    granted: list[str]
    key_hash: str
    key_id: int = 0
    scope: list[str] | None = None
    timeout: int = 0
    last_used: float = 0.0

    @classmethod
    def of(cls, user: User, granted: frozenset[str], key_hash: str) -> CachedKey:
        """What every kind of key says of its member."""
        return cls(
            user.id,
            user.username,
            user.user_class_id,
            user.enabled,
            user.locked,
            sorted(granted),
            key_hash,
        )

    def identity(self, credential: str) -> Identity:
        """The identity of whoever sent the credential with this digest."""
        return Identity(
            self.user_id,
            self.username,
            self.user_class_id,
            self.enabled,
            self.locked,
            frozenset(self.granted),
            self.key_id,
            self.key_hash,
            None if self.scope is None else frozenset(self.scope),
            credential,
        )
