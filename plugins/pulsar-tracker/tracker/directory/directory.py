"""Members by passkey and torrents by info-hash, in memory."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection
from hashlib import sha256
from threading import Lock

import structlog
from sqlalchemy.orm import Session

from pulsar.settings.limit import Limit

from ..protocol.errors import TrackerError
from . import loading, triggers
from .feed import feed_of
from .known import KnownTorrent, Member
from .limits import WrongLookups, minutes
from .policies import Policies, Rates

log = structlog.get_logger(__name__)

_DISABLED = TrackerError("Your account has been disabled.", "never", code="disabled")
_LOCKED = TrackerError("Your account has been locked.", 60, code="locked")
_PASSKEY = re.compile(rb"[0-9a-f]{32}")
_FULL_RATES = Rates()
#: Minutes until a client should come back: while nothing is loaded, and for an unknown torrent.
_RETRY_IN = 5
#: Seconds for which a wrong passkey and an unknown info-hash are not counted again.
_WRONG_FOR, _UNKNOWN_FOR = 300, 60


class Directory:
    """Answers announces without SQL, and follows the changes that other transactions commit.

    The dicts stay the same objects, and so do members and torrents, whatever changes. Look-ups may
    run in another thread than `load` and `catch_up`.
    """

    def __init__(
        self,
        session: Callable[[], Session],
        policies: Callable[[], Policies] = Policies,
        limit: Limit | None = None,
    ) -> None:
        """``limit``: how many wrong passkeys, and unknown info-hashes, a network may send."""
        self.members: dict[bytes, Member] = {}
        self.torrents: dict[bytes, KnownTorrent] = {}
        self.members_by_id: dict[int, Member] = {}
        self.torrents_by_id: dict[int, KnownTorrent] = {}
        #: Called with each torrent that was deleted, in the thread that noticed it.
        self.on_torrent_removed: list[Callable[[KnownTorrent], None]] = []
        #: Whether look-ups can be answered.
        self.loaded = False
        self._session = session
        self._policies = policies
        self._wrong_passkeys = WrongLookups(limit, _WRONG_FOR)
        self._unknown_torrents = WrongLookups(limit, _UNKNOWN_FOR)
        self._lock = Lock()
        self._mark = ""
        self._read_at = time.monotonic()

    def member(self, passkey: bytes, address: bytes) -> Member:
        """The member with the passkey, who may announce. Raises TrackerError.

        The address is packed: 4 bytes for IPv4, 16 for IPv6.
        """
        # Looking for a digest takes the same time however much of a guessed passkey is right.
        digest = sha256(b"passkey:" + passkey).digest()
        member = self.members.get(digest)
        if member is None:
            raise self._wrong_passkey(passkey, digest, address)
        if member.refusal is not None:
            # An error that is raised again would keep the traceback of each time.
            raise member.refusal.with_traceback(None)
        return member

    def torrent(self, info_hash: bytes, address: bytes) -> KnownTorrent:
        """The torrent, by either hash of a hybrid. Raises TrackerError."""
        torrent = self.torrents.get(info_hash)
        if torrent is None:
            raise self._unknown_torrent(info_hash, address)
        if torrent.refusal is not None:
            raise torrent.refusal.with_traceback(None)
        return torrent

    def age(self) -> float:
        """Seconds since the changes were last read successfully."""
        return time.monotonic() - self._read_at

    def load(self) -> None:
        """Read everything, the first time or again. Raises what the database raises."""
        with self._lock, self._session() as session:
            removed = self._load(session)
        self._tell(removed)

    def catch_up(self) -> None:
        """Read the changes since the last time; nothing before the first `load`.

        Raises what the database raises; the same changes are then read the next time.
        """
        if not self.loaded:
            return
        with self._lock, self._session() as session:
            removed = self._catch_up(session)
        self._tell(removed)

    def _catch_up(self, session: Session) -> list[KnownTorrent]:
        began = time.monotonic()
        news = feed_of(session).read(session, self._mark)
        if news.reload:
            log.info("directory reads everything again")
            return self._load(session)
        if news.users:
            self._read_members(session, news.users)
        removed = self._read_torrents(session, news.torrents) if news.torrents else []
        self._mark, self._read_at = news.mark, began
        return removed

    def _load(self, session: Session) -> list[KnownTorrent]:
        began = time.monotonic()
        triggers.require(session)
        # Changes after the mark may be in the rows that are read next; they are then read twice.
        mark = feed_of(session).mark(session)
        self._read_members(session, None)
        removed = self._read_torrents(session, None)
        self._mark, self._read_at, self.loaded = mark, began, True
        log.info(
            "directory loaded",
            members=len(self.members_by_id),
            torrents=len(self.torrents_by_id),
            seconds=round(time.monotonic() - began, 3),
        )
        return removed

    def _read_members(self, session: Session, ids: Collection[int] | None) -> None:
        refusals = self._policies().leech_refusals(session, ids)
        by_id, by_digest = self.members_by_id, self.members
        gone = set(by_id) if ids is None else set(ids)
        for user_id, enabled, locked, hexadecimal in loading.members(session, ids):
            gone.discard(user_id)
            member = by_id.get(user_id)
            if member is None:
                member = by_id[user_id] = Member(user_id)
            member.refusal = _DISABLED if not enabled else _LOCKED if locked else None
            member.leech_refusal = refusals.get(user_id)
            digest = bytes.fromhex(hexadecimal) if hexadecimal is not None else None
            if digest != member.digest:
                self._forget_passkey(member)
                member.digest = digest
                if digest is not None:
                    by_digest[digest] = member
        for user_id in gone:
            member = by_id.pop(user_id, None)
            if member is not None:
                self._forget_passkey(member)

    def _forget_passkey(self, member: Member) -> None:
        if member.digest is not None and self.members.get(member.digest) is member:
            del self.members[member.digest]

    def _read_torrents(self, session: Session, ids: Collection[int] | None) -> list[KnownTorrent]:
        """Returns the torrents that are gone."""
        policies = self._policies()
        rates = policies.rates_of(session, ids)
        refusals = policies.torrent_refusals(session, ids)
        by_id, by_hash = self.torrents_by_id, self.torrents
        gone = set(by_id) if ids is None else set(ids)
        for torrent_id, info_hash, short, snatches in loading.torrents(session, ids):
            gone.discard(torrent_id)
            torrent = by_id.get(torrent_id)
            if torrent is None:
                torrent = by_id[torrent_id] = KnownTorrent(torrent_id)
            if info_hash != torrent.info_hash or short != torrent.second_hash:
                self._forget_hashes(torrent)
                torrent.info_hash, torrent.second_hash = info_hash, short
                if info_hash is not None:
                    by_hash[info_hash] = torrent
                if short is not None:
                    by_hash[short] = torrent
            torrent.snatches = snatches
            torrent.upload_rate, torrent.download_rate = rates.get(torrent_id, _FULL_RATES)
            torrent.refusal = refusals.get(torrent_id)
        known = [by_id.pop(torrent_id, None) for torrent_id in gone]
        removed = [torrent for torrent in known if torrent is not None]
        for torrent in removed:
            self._forget_hashes(torrent)
        return removed

    def _forget_hashes(self, torrent: KnownTorrent) -> None:
        for info_hash in (torrent.info_hash, torrent.second_hash):
            if info_hash is not None and self.torrents.get(info_hash) is torrent:
                del self.torrents[info_hash]

    def _tell(self, removed: Collection[KnownTorrent]) -> None:
        """Outside of the lock, since the callbacks take locks of their own."""
        for torrent in removed:
            for callback in self.on_torrent_removed:
                callback(torrent)

    def _wrong_passkey(self, passkey: bytes, digest: bytes, address: bytes) -> TrackerError:
        if not self.loaded:
            return _away()
        if _PASSKEY.fullmatch(passkey) is not None:
            wait = self._wrong_passkeys.count(digest, address)
            if wait is not None:
                return TrackerError(
                    "Too many wrong passkeys came from your network.",
                    minutes(wait),
                    code="too_many_wrong_passkeys",
                )
        return TrackerError(
            "Your passkey is not valid. Please download the torrent again.", code="wrong_passkey"
        )

    def _unknown_torrent(self, info_hash: bytes, address: bytes) -> TrackerError:
        if not self.loaded:
            return _away()
        wait = self._unknown_torrents.count(info_hash, address)
        if wait is not None:
            return TrackerError(
                "Too many unknown torrents were announced from your network.",
                max(_RETRY_IN, minutes(wait)),
                code="too_many_unknown_torrents",
            )
        return TrackerError(
            "This torrent is not registered here.", _RETRY_IN, code="unknown_torrent"
        )


def _away() -> TrackerError:
    return TrackerError("The tracker is not available right now.", _RETRY_IN, code="unavailable")
