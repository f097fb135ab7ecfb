"""The cached data of a key."""

from __future__ import annotations

import msgspec

from ..classes.effective import Authority
from ..security import Identity
from ..users.models import User


class CachedKey(msgspec.Struct, array_like=True):
    """The cached data of a key: the parts of the identity, and when to check for idleness next."""

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
    #: The earliest time at which an unused key in the chain of creators ends, as POSIX time; 0 is
    #: never.
    ends: float = 0.0
    #: The public names of the keys in its chain of creators.
    makers: tuple[str, ...] = ()

    @property
    def kept(self) -> bytes:
        """Return the value to cache, as bytes, so that each request decodes it once."""
        return _ENCODER.encode(self)

    @classmethod
    def read(cls, copy: bytes) -> CachedKey:
        return _DECODER.decode(copy)

    @classmethod
    def of(cls, user: User, authority: Authority, key_hash: str) -> CachedKey:
        """Return the data of the member, which all kinds of keys share."""
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
        """Return the identity of a caller who sent the credential with this digest."""
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
