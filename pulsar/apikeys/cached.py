"""What the cache keeps of a key."""

from __future__ import annotations

import msgspec

from ..classes.effective import Authority
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
    denied: list[str] = []

    @classmethod
    def of(cls, user: User, authority: Authority, key_hash: str) -> CachedKey:
        """What every kind of key says of its member."""
        return cls(
            user.id,
            user.username,
            user.user_class_id,
            user.enabled,
            user.locked,
            sorted(authority.granted),
            key_hash,
            denied=sorted(authority.denied),
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
            frozenset(self.denied),
            credential,
        )
