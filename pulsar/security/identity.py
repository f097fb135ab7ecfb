"""The caller, independent of the database session."""

from __future__ import annotations

import msgspec
from pyramid.authorization import Authenticated, Everyone

from . import tags
from .permissions import GOD_MODE


class Identity(msgspec.Struct, frozen=True):
    """A member with the permissions that their API key allows.

    ``scope`` is None for an unrestricted key. Otherwise permissions outside of it do not count for
    views or fields, and ownership does not extend it.
    """

    user_id: int
    username: str
    user_class_id: int
    enabled: bool
    locked: bool
    granted: frozenset[str]
    key_id: int
    key_hash: str
    scope: frozenset[str] | None = None
    #: The permissions denied to this member, even if no class grants them.
    denied: frozenset[str] = frozenset()
    #: SHA-256 of the credential that was sent, a part of the keys of cached content.
    credential: str = ""

    @property
    def tags(self) -> tuple[str, ...]:
        """The cache tags that drop this identity: those of the member, the class and the key."""
        return (
            tags.user(self.user_id),
            tags.user_class(self.user_class_id),
            tags.key(self.key_hash),
            tags.SECONDARY_CLASSES,
        )

    @property
    def profile_key(self) -> str:
        """The cache key of the caller's own profile, which is read together with the identity."""
        return profile_key(self.credential)

    @property
    def is_god(self) -> bool:
        """Whether the member has every permission in the key's scope; False if locked."""
        return GOD_MODE in self.granted and not self.locked

    def has(self, permission: str) -> bool:
        """Whether the member has the permission and the key's scope includes it."""
        if self.scope is not None and permission not in self.scope:
            return False
        return self.is_god or permission in self.granted

    @property
    def held(self) -> frozenset[str]:
        """The names of the permissions that classes, grants and the key's scope give.

        God mode adds only the names in the scope, all of which its holders have.
        """
        if self.scope is None:
            return self.granted
        return self.scope if self.is_god else self.granted & self.scope

    def held_of(self, permissions: frozenset[str]) -> frozenset[str]:
        """The permissions for which :meth:`has` is true."""
        if self.scope is not None:
            permissions = permissions & self.scope
        return permissions if self.is_god else permissions & self.granted

    def owns(self, user_id: int | None) -> bool:
        """Whether the caller, with an unrestricted key, is the member with this id."""
        return self.scope is None and user_id == self.user_id

    @property
    def principals(self) -> Principals:
        """The names of the caller in access control lists."""
        return Principals(self)


def profile_key(credential: str) -> str:
    """The cache key of the profile that callers with a credential see."""
    return f"profile:json:{credential}"


class Principals:
    """The caller's principals: ``user:7``, ``torrents_view`` and ``user:7+torrents_upload``.

    A set would contain every permission three times, while ACLs check very few.
    """

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.user = f"user:{identity.user_id}"

    def __contains__(self, principal: str) -> bool:
        if principal in (Everyone, Authenticated):
            return True
        user, plus, permission = principal.partition("+")
        if plus:
            return user == self.user and self.identity.has(permission)
        if principal.startswith("user:"):
            return user == self.user and self.identity.scope is None
        return self.identity.has(principal)
