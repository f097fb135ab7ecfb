"""Finding members by passkey and torrents by info-hash, in the cache or the database."""

from __future__ import annotations

import math

from sqlalchemy import or_, select

from pulsar.apikeys.tags import CREDENTIALS
from pulsar.errors import RateLimited
from pulsar.interfaces import ICache, IDatabase, IGuesses, ISecrets
from pulsar.network import network_of
from pulsar.registry import Registry
from pulsar.secrets.kinds import credential, is_secret
from pulsar.secrets.tags import secret
from pulsar.settings import CoreSettings
from pulsar.users import tags as user_tags
from pulsar.users.models import User
from torrents.models import Torrent

from . import tags
from .protocol.errors import TrackerError

#: Seconds for which an unknown info-hash is remembered; its upload drops the copy at once.
_UNKNOWN = 60
_WRONG_PASSKEY = "Your passkey is not valid. Please download the torrent again."


class Directory:
    """Lookups for announces: with a warm cache they cost no SQL.

    Every change of the result (an upload, a deletion, a disabled member, a reset passkey)
    invalidates the tag of the copy after its commit, so that the next announce sees it.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._ttl: int = CoreSettings.cache_ttl.of(registry)

    def member(self, passkey: str, address: str) -> int:
        """The id of the member. Raises TrackerError."""
        if not is_secret(passkey):
            raise TrackerError(_WRONG_PASSKEY, code="wrong_passkey")
        # Others may be able to read the cache server, so it does not get passkeys.
        name = credential("passkey", passkey)
        member = self._registry.getUtility(ICache).get(name)
        if member is None:
            member = self._look_up(passkey, name, network_of(address))
        user_id, enabled, locked = member
        if not enabled:
            raise TrackerError("Your account has been disabled.", "never", code="disabled")
        if locked:
            raise TrackerError("Your account has been locked.", 60, code="locked")
        return int(user_id)

    def _look_up(self, passkey: str, name: str, network: str) -> list[int | bool]:
        """The member's id, and whether they are enabled and locked. Raises TrackerError.

        A passkey is not looked up if it was wrong a moment ago, or if its network sends too many
        wrong passkeys. Valid announces are not counted.
        """
        guesses = self._registry.getUtility(IGuesses)
        if guesses.was_wrong(name):
            raise TrackerError(_WRONG_PASSKEY, code="wrong_passkey")
        try:
            guesses.require_open(name, network)
        except RateLimited as error:
            minutes = math.ceil(int(error.headers["Retry-After"]) / 60)
            raise TrackerError(
                "Too many wrong passkeys came from your network.",
                minutes,
                code="too_many_wrong_passkeys",
            ) from None
        cache = self._registry.getUtility(ICache)
        secrets = self._registry.getUtility(ISecrets)
        token = cache.token()
        with self._registry.getUtility(IDatabase).session() as session:
            owner = secrets.owner(session, "passkey", passkey)
            user = session.get(User, owner) if owner is not None else None
        if user is None:
            guesses.wrong(name, network)
            raise TrackerError(_WRONG_PASSKEY, code="wrong_passkey")
        guesses.right(name, user.id)
        member = [user.id, user.enabled, user.locked]
        carried = (user_tags.user(user.id), secret("passkey", user.id), CREDENTIALS)
        cache.put(name, member, self._ttl, carried, token)
        return member

    def torrent(self, info_hash: bytes) -> int:
        """The id of the live torrent, by either hash of a hybrid. Raises TrackerError."""
        cache = self._registry.getUtility(ICache)
        key = tags.info_hash(info_hash)
        torrent_id = cache.get(key)
        if torrent_id is None:
            token = cache.token()
            torrent_id = self._torrents([info_hash]).get(info_hash, (0, 0))[0]
            cache.put(key, torrent_id, self._ttl if torrent_id else _UNKNOWN, (key,), token)
        if not torrent_id:
            raise TrackerError("This torrent is not registered here.", 5, code="unknown_torrent")
        return int(torrent_id)

    def snatches(self, info_hashes: tuple[bytes, ...]) -> dict[bytes, tuple[int, int]]:
        """Ids and snatch counts of the live torrents among the info-hashes, in one statement."""
        return self._torrents(list(info_hashes))

    def _torrents(self, info_hashes: list[bytes]) -> dict[bytes, tuple[int, int]]:
        with self._registry.getUtility(IDatabase).session() as session:
            rows = session.execute(
                select(
                    Torrent.id, Torrent.snatches, Torrent.info_hash, Torrent.info_hash_short
                ).where(
                    Torrent.deleted.is_(None),
                    or_(
                        Torrent.info_hash.in_(info_hashes),
                        Torrent.info_hash_short.in_(info_hashes),
                    ),
                )
            ).all()
        known_hashes = set(info_hashes)
        return {
            bytes(stored_hash): (row.id, row.snatches)
            for row in rows
            for stored_hash in (row.info_hash, row.info_hash_short)
            if stored_hash is not None and bytes(stored_hash) in known_hashes
        }
