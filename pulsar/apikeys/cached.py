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
    granted: frozenset[str]
    key_hash: str
    key_id: int = 0
    scope: frozenset[str] | None = None
    timeout: int = 0
    last_used: float = 0.0
    denied: frozenset[str] = frozenset()
    #: When one of the keys that made it ends unless it is used, as a POSIX time; 0 is never.
    ends: float = 0.0
    #: The public names of the keys that made it.
    makers: tuple[str, ...] = ()

    @property
    def kept(self) -> bytes:
        """What the cache keeps: bytes, so that every request reads it once and as what it is."""
        return _ENCODER.encode(self)

    @classmethod
    def read(cls, copy: bytes) -> CachedKey:
        return _DECODER.decode(copy)

    @classmethod
    def of(cls, user: User, authority: Authority, key_hash: str) -> CachedKey:
        """What every kind of key says of its member."""
        return cls(
            user.id,
            user.username,
            user.user_class_id,
            user.enabled,
            user.locked,
            authority.granted,
            key_hash,
            denied=authority.denied,
        )

    def identity(self, credential: str) -> Identity:
        """The identity of whoever sent the credential with this digest."""
        return Identity(
            self.user_id,
            self.username,
            self.user_class_id,
            self.enabled,
            self.locked,
            self.granted,
            self.key_id,
            self.key_hash,
            self.scope,
            self.denied,
            credential,
        )


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(CachedKey)
