"""The caller, detached from the database session."""

from __future__ import annotations

import msgspec
from pyramid.authorization import Authenticated, Everyone

from . import tags
from .permissions import GOD_MODE


class Identity(msgspec.Struct, frozen=True):
    """A member as their API key presents them.

    ``scope`` is None for an unrestricted key; otherwise nothing outside of it counts, neither for
    views nor for fields nor for what ownership allows.
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
    #: What was denied to the member alone, also where no class gives it.
    denied: frozenset[str] = frozenset()
    #: SHA-256 of the credential that was sent, by which copies are kept of what it shows.
    credential: str = ""

    @property
    def tags(self) -> tuple[str, ...]:
        """The cache tags that drop this identity: of the member, the class and the key."""
        return (
            tags.user(self.user_id),
            tags.user_class(self.user_class_id),
            tags.key(self.key_hash),
            tags.SECONDARY_CLASSES,
        )

    @property
    def profile_key(self) -> str:
        """The cache key of the caller's own profile, fetched together with the identity."""
        return profile_key(self.credential)

    @property
    def is_god(self) -> bool:
        """Whether every permission within the key's scope is held; a locked member never is."""
        return GOD_MODE in self.granted and not self.locked

    def has(self, permission: str) -> bool:
        """Whether the member holds the permission and the key does not leave it out."""
        if self.scope is not None and permission not in self.scope:
            return False
        return self.is_god or permission in self.granted

    @property
    def held(self) -> frozenset[str]:
        """The names of what is held, as classes and grants and the key's scope give them.

        God mode is not in it but for the names of the scope, all of which a god holds.
        """
        if self.scope is None:
            return self.granted
        return self.scope if self.is_god else self.granted & self.scope

    def held_of(self, permissions: frozenset[str]) -> frozenset[str]:
        """Those of the permissions that :meth:`has` would affirm."""
        if self.scope is not None:
            permissions = permissions & self.scope
        return permissions if self.is_god else permissions & self.granted

    def owns(self, user_id: int | None) -> bool:
        """Whether something of this member's id is the caller's own, seen with a full key."""
        return self.scope is None and user_id == self.user_id

    @property
    def principals(self) -> Principals:
        """What access control lists name the caller by."""
        return Principals(self)


def profile_key(credential: str) -> str:
    """The cache key of the profile that a credential shows."""
    return f"profile:json:{credential}"


class Principals:
    """The caller's principals: ``user:7``, ``torrents_view`` and ``user:7+torrents_upload``.

    A set would hold every permission three times; lists of access control ask for very few.
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
