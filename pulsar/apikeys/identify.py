"""The identity source for API keys and feed keys."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from zope.interface import implementer

from ..classes.effective import authority
from ..db import utcnow
from ..db.outage import is_read_only
from ..errors import Forbidden, Unauthorized
from ..interfaces import IDatabase, IGuesses, IIdentitySource, IPermission, ISecrets
from ..network import network_of
from ..request import Request
from ..secrets.kinds import credential, is_secret
from ..secrets.tags import name_of
from ..security import Identity
from ..security.identity import profile_key
from ..settings import CoreSettings
from ..users import tags as user_tags
from ..users.models import User
from ..users.recorded_addresses import RecordedAddress, record, recorded_address
from . import tags
from .cached import CachedKey
from .keys import NAME_LENGTH, digest, is_key
from .lineage import ancestry, ends_at, is_open, revoke_with_descendants
from .models import APIKey

_ENVIRON = "pulsar.identity"
_SCHEMES = frozenset({"token", "bearer"})
#: For requests with a key but no scheme, or a scheme but no key.
HOW_TO = "Send the API key with its scheme: `Authorization: Token KEY`."
#: ``last_used`` is written at most this often, or four times within the key's timeout.
_WRITE_INTERVAL = 120


@implementer(IIdentitySource)
class KeyIdentitySource:
    """Looks keys up in the cache, then in the database with a session outside of the transaction.

    The caller is identified before the request's transaction begins, so that wrong keys and
    requests over the limit open none.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._ttl: int = CoreSettings.cache_ttl.read(settings)
        self._locked_permissions: tuple[str, ...] = CoreSettings.lock_permissions.read(settings)

    def identify(self, request: Request) -> Identity | None:
        """Identify the caller, once per request. Raises Unauthorized, or Forbidden if disabled."""
        if _ENVIRON not in request.environ:
            request.environ[_ENVIRON] = self._identify(request)
        return request.environ[_ENVIRON]

    def credential(self, request: Request) -> str | None:
        """Return the digest of the API key or feed key that was sent, None without one."""
        key = presented_key(request)
        if key is not None:
            return credential("identity", key)
        value = presented_feed_key(request)
        return None if value is None else credential("feed", value)

    def _identify(self, request: Request) -> Identity | None:
        key = presented_key(request)
        if key is not None:
            if not is_key(key):
                raise Unauthorized(None if key else HOW_TO)
            return self._identity_of(request, "identity", key, self._load)
        value = presented_feed_key(request)
        if value is None:
            return None
        if not is_secret(value):
            raise Unauthorized
        return self._identity_of(request, "feed", value, self._load_feed)

    def _identity_of(
        self,
        request: Request,
        kind: str,
        value: str,
        load: Callable[[Request, str], CachedKey | None],
    ) -> Identity:
        """Return the identity of a credential, from the cache or from ``load``.

        Raises Unauthorized for a wrong one, and RateLimited if it is not looked up because its
        network sent too many wrong ones.
        """
        name, sent = credential(kind, value), digest(value)
        guesses = request.find_service(IGuesses)
        if guesses.was_wrong(name):
            raise Unauthorized
        own_profile = profile_key(sent)
        cache = request.cache
        copy, profile = cache.get_many(name, own_profile)
        if copy is not None:
            cached_key = CachedKey.read(copy)
            if kind == "feed" or (self._is_fresh(cached_key) and _may_be_open(cached_key)):
                cache.fetched(own_profile, profile)
                return self._require_enabled(cached_key).identity(sent)
        network = network_of(request.remote_addr)
        guesses.require_open(name, network)
        token = cache.token()
        loaded = load(request, value)
        if loaded is None:
            guesses.wrong(name, network)
            raise Unauthorized
        identity = loaded.identity(sent)
        carried = (*identity.tags, tags.CREDENTIALS, *map(tags.key, loaded.makers))
        cache.put(name, loaded.kept, self._ttl, carried, token)
        self._require_enabled(loaded)
        return identity

    @staticmethod
    def _is_fresh(cached_key: CachedKey) -> bool:
        """Return whether the last recorded use is so recent that this one need not be recorded."""
        return time.time() - cached_key.last_used < min(_WRITE_INTERVAL, cached_key.timeout / 4)

    @staticmethod
    def _require_enabled(cached_key: CachedKey) -> CachedKey:
        if not cached_key.enabled:
            raise Forbidden("Your account has been disabled.", code="account_disabled")
        return cached_key

    def _load_feed(self, request: Request, value: str) -> CachedKey | None:
        """Load the member with this live feed key, limited to the permissions of feed keys."""
        with request.find_service(IDatabase).session() as session:
            user_id = request.find_service(ISecrets).owner(session, "feed", value)
            user = session.get(User, user_id) if user_id else None
            if user is None:
                return None
            held = authority(session, user, self._locked_permissions)
            loaded = CachedKey.of(user, held, name_of("feed", user.id))
        permissions = request.registry.getUtilitiesFor(IPermission)
        loaded.scope = frozenset(name for name, permission in permissions if permission.feed)
        return loaded

    def _load(self, request: Request, key: str) -> CachedKey | None:
        """Load the live key and record its use; None if it is unknown or has ended.

        If the database accepts no writes, the key is still valid for reading.
        """
        try:
            return self._read(request, key, writes=True)
        except DBAPIError as error:
            if not is_read_only(error):
                raise
        return self._read(request, key, writes=False)

    def _read(self, request: Request, key: str, *, writes: bool) -> CachedKey | None:
        now = utcnow()
        with request.find_service(IDatabase).session(writes) as session:
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
            makers = ancestry(session, api_key.parent_id) if api_key.parent_id else []
            idle = now - api_key.last_used
            is_idle = not api_key.permanent and idle > timedelta(seconds=api_key.timeout)
            if is_idle or not is_open(makers):
                if not writes:
                    return None
                revoke_with_descendants(session, APIKey.id == api_key.id)
                session.commit()
                return None
            held = authority(session, user, self._locked_permissions)
            cached_key = CachedKey.of(user, held, api_key.hash)
            cached_key.key_id = api_key.id
            if api_key.permissions is not None:
                cached_key.scope = frozenset(api_key.permissions)
            ends = ends_at(makers)
            cached_key.makers = tuple(key.hash for key in makers)
            cached_key.ends = ends.timestamp() if ends else 0.0
            cached_key.timeout = api_key.timeout
            cached_key.last_used = api_key.last_used.timestamp()
            if not writes:
                cached_key.last_used = now.timestamp()
                return cached_key
            came_from = recorded_address(request, held.granted)
            last_address = RecordedAddress(api_key.ip, api_key.user_agent)
            # Keys may be loaded more often than their use is recorded: if the cache is unavailable,
            # they are loaded with every request.
            if (
                came_from != last_address
                or user.last_seen is None
                or not self._is_fresh(cached_key)
            ):
                _write_down(session, api_key, came_from, now)
                session.commit()
                request.cache.invalidate_now(user_tags.profile(user.id))
                cached_key.last_used = now.timestamp()
            return cached_key


def _may_be_open(cached_key: CachedKey) -> bool:
    """Return whether no key in the chain of creators has expired since it was read."""
    return not cached_key.ends or time.time() <= cached_key.ends


def _write_down(
    session: Session, key: APIKey, recorded_address: RecordedAddress, now: datetime
) -> None:
    """Record the time and address of the key's use."""
    record(session, key.user_id, recorded_address, now)
    session.execute(
        update(APIKey)
        .where(APIKey.id == key.id, APIKey.last_used < now)
        .values(last_used=now, ip=recorded_address.address, user_agent=recorded_address.user_agent)
    )


def presented_key(request: Request) -> str | None:
    """Return the key of ``Authorization: Token KEY`` or ``Bearer KEY``; None for other schemes.

    Raises Unauthorized for a single word, which is a key without its scheme.
    """
    scheme, _, key = request.environ.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    if scheme.lower() in _SCHEMES:
        return key.strip()
    if scheme and not key:
        raise Unauthorized(HOW_TO)
    return None


def presented_feed_key(request: Request) -> str | None:
    """Return the feed key in the query of a reading request, or None."""
    if request.method not in ("GET", "HEAD") or "feed_key" not in request.query_string:
        return None
    return request.GET.get("feed_key")
