"""From the ``Authorization`` header to an identity."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any

import msgspec
from pyramid.request import Request
from sqlalchemy import select, update
from zope.interface import implementer

from ..db import utcnow
from ..errors import Forbidden, Unauthorized
from ..interfaces import ICache, IDatabase, IIdentitySource, IPermission, ISecrets
from ..security import Identity
from ..users.models import User
from ..users.permissions import effective_permissions
from .keys import NAME_LENGTH, digest, is_key
from .models import APIKey

_ENVIRON = "pulsar.identity"
_SCHEMES = frozenset({"token", "bearer"})
#: ``last_used`` is written at most this often, or four times within the key's timeout.
_WRITE_INTERVAL = 120


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

    def identity(self) -> Identity:
        """The identity."""
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
        )


@implementer(IIdentitySource)
class KeyIdentitySource:
    """Finds keys in the cache, else in the database, in a session outside of the transaction.

    The caller is known before the request's transaction begins, so that a wrong key or too many
    requests never open one.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._ttl: int = settings["pulsar.cache_ttl"]
        self._locked_permissions: tuple[str, ...] = settings["pulsar.lock_permissions"]

    def identify(self, request: Request) -> Identity | None:
        """The caller, once per request. Raises Unauthorized, or Forbidden for a disabled one."""
        if _ENVIRON not in request.environ:
            request.environ[_ENVIRON] = self._identify(request)
        return request.environ[_ENVIRON]

    def _identify(self, request: Request) -> Identity | None:
        key = presented_key(request)
        if key is None:
            return self._feed(request)
        if not is_key(key):
            raise Unauthorized
        return self._require_live(self._cached(request, key))

    def _feed(self, request: Request) -> Identity | None:
        """Whoever's feed key is in the query of a reading request; it opens feeds only."""
        value = request.GET.get("feed_key") if "feed_key" in request.query_string else None
        if value is None or request.method not in ("GET", "HEAD"):
            return None
        cache = request.find_service(ICache)
        name = f"feed:{digest(value)}"
        copy = cache.get(name)
        if copy is not None:
            return self._require_live(msgspec.convert(copy, CachedKey))
        token = cache.token()
        with request.find_service(IDatabase).session() as session:
            user_id = request.find_service(ISecrets).owner(session, "feed", value)
            user = session.get(User, user_id) if user_id else None
            if user is None:
                raise Unauthorized
            granted = effective_permissions(session, user, self._locked_permissions)
            loaded = CachedKey.of(user, granted, f"feed:{user.id}")
        loaded.scope = [
            name for name, found in request.registry.getUtilitiesFor(IPermission) if found.feed
        ]
        tags = identity_tags(loaded.user_id, loaded.user_class_id, loaded.key_hash)
        cache.put(name, loaded, self._ttl, tags, token)
        return self._require_live(loaded)

    @staticmethod
    def _require_live(found: CachedKey | None) -> Identity:
        if found is None:
            raise Unauthorized
        if not found.enabled:
            raise Forbidden("Your account has been disabled.", code="account_disabled")
        return found.identity()

    def _cached(self, request: Request, key: str) -> CachedKey | None:
        cache = request.find_service(ICache)
        name = f"identity:{digest(key)}"
        copy = cache.get(name)
        now = utcnow().timestamp()
        if copy is not None:
            found = msgspec.convert(copy, CachedKey)
            if now - found.last_used < min(_WRITE_INTERVAL, found.timeout / 4):
                return found
        token = cache.token()
        loaded = self._load(request.find_service(IDatabase), key)
        if loaded is not None:
            tags = identity_tags(loaded.user_id, loaded.user_class_id, loaded.key_hash)
            cache.put(name, loaded, self._ttl, tags, token)
        return loaded

    def _load(self, database: Any, key: str) -> CachedKey | None:
        """The live key, whose use is written down; None where it is unknown or ended."""
        now = utcnow()
        with database.session(True) as session:
            row = session.execute(
                select(APIKey, User)
                .join(User, User.id == APIKey.user_id)
                .where(APIKey.hash == key[:NAME_LENGTH], APIKey.revoked.is_(None))
            ).one_or_none()
            if row is None:
                return None
            api_key, user = row
            if not hmac.compare_digest(api_key.digest, digest(key)):
                return None
            idle = now - api_key.last_used
            if not api_key.permanent and idle > timedelta(seconds=api_key.timeout):
                session.execute(update(APIKey).where(APIKey.id == api_key.id).values(revoked=now))
                session.commit()
                return None
            session.execute(
                update(APIKey)
                .where(APIKey.id == api_key.id, APIKey.last_used < now)
                .values(last_used=now)
            )
            granted = effective_permissions(session, user, self._locked_permissions)
            session.commit()
            found = CachedKey.of(user, granted, api_key.hash)
            found.key_id = api_key.id
            found.scope = api_key.permissions
            found.timeout = api_key.timeout
            found.last_used = now.timestamp()
            return found


def presented_key(request: Request) -> str | None:
    """The key of ``Authorization: Token KEY`` or ``Bearer KEY``; None for anything else."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() in _SCHEMES else None


def identity_tags(user_id: int, user_class_id: int, key_hash: str) -> tuple[str, ...]:
    """The cache tags that drop an identity: of the member, the class and the key."""
    return (f"user:{user_id}", f"class:{user_class_id}", f"key:{key_hash}")
