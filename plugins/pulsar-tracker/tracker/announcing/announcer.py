"""The way of an announce: who sends it, what it says, the swarm, the journal, the answer."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple

import structlog
from zope.interface import implementer

from ..interfaces import IAnnouncer
from ..protocol import responses
from ..protocol.announce import STOPPED, Announce
from ..protocol.clients import ClientPolicy
from ..protocol.errors import TrackerError
from ..protocol.query import Limits, parse_announce, parse_scrape
from .answer import Answer

if TYPE_CHECKING:
    from ..directory import Directory, KnownTorrent, Member
    from ..journal.writer import Journal
    from ..swarms.store import PackedSwarms

log = structlog.get_logger(__name__)

#: Different intervals that are handed out in turns, so that no announce waits for random numbers.
_INTERVALS = 256

#: For a server that does not know the client's address.
_NO_ADDRESS = bytes(16)

UNAVAILABLE = TrackerError("The tracker is not available right now.", 5, code="unavailable")
BANNED = TrackerError("Your address has been banned.", "never", code="banned_address")


class Intervals(NamedTuple):
    """Seconds: how often clients announce, up to how much is added, and how often they may."""

    interval: int = 1800
    jitter: int = 240
    min_interval: int = 900


@implementer(IAnnouncer)
class Announcer:
    """Answers announces and scrapes; one thread at a time.

    ``ready()`` is whether this process may answer, and ``banned(address)`` whether a packed address
    is. ``count(name, value)`` counts results for monitoring, and ``booked(up, down)`` the credit
    that goes into the journal.
    """

    def __init__(
        self,
        directory: Directory,
        store: PackedSwarms,
        journal: Journal,
        *,
        intervals: Intervals,
        limits: Limits,
        clients: ClientPolicy,
        ready: Callable[[], bool],
        banned: Callable[[bytes], bool],
        count: Callable[[str, str], None],
        booked: Callable[[int, int], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.directory = directory
        self.store = store
        self.journal = journal
        self._intervals = intervals
        self._limits = limits
        self._clients = clients
        self._ready = ready
        self._banned = banned
        self._count = count
        self._booked = booked
        self._clock = clock
        self._next_interval = cycle(
            [
                intervals.interval + random.randint(0, intervals.jitter)  # noqa: S311
                for _ in range(_INTERVALS)
            ]
        ).__next__

    def announce(self, passkey: bytes, query: bytes, address: bytes) -> bytes:
        """The bencoded answer to an announce, also to a refused one."""
        try:
            # A stranger is refused before the query is read.
            member = self._member(passkey, address)
            announce = parse_announce(query, address, self._limits)
            answer = self._answer(member, announce)
        except TrackerError as error:
            return self._refuse(error, "tracker_announces")
        self._count("tracker_announces", "accepted")
        if announce.compact:
            return responses.announce_response(*answer[:7], external_ip=address)
        return responses.announce_response_dict(*answer, external_ip=address)

    def handle(self, passkey: bytes, announce: Announce, address: bytes) -> Answer:
        """The answer to an announce of another protocol. Raises TrackerError."""
        try:
            answer = self._answer(self._member(passkey, address), announce)
        except TrackerError as error:
            self._refused(error, "tracker_announces")
            raise
        self._count("tracker_announces", "accepted")
        return answer

    def scrape(self, passkey: bytes, query: bytes, address: bytes) -> bytes:
        """The bencoded answer to a scrape; unknown info-hashes are left out (BEP 48)."""
        try:
            self._member(passkey, address)
            info_hashes = parse_scrape(query, self._limits)
        except TrackerError as error:
            return self._refuse(error, "tracker_scrapes")
        self._count("tracker_scrapes", "accepted")
        return responses.scrape_response(dict(self._files(info_hashes)))

    def counts(
        self, passkey: bytes, info_hashes: Iterable[bytes], address: bytes
    ) -> list[tuple[int, int, int]]:
        """Seeders, snatches and leechers of each torrent, zeros for unknown ones (BEP 15).

        Raises TrackerError.
        """
        try:
            self._member(passkey, address)
        except TrackerError as error:
            self._refused(error, "tracker_scrapes")
            raise
        self._count("tracker_scrapes", "accepted")
        info_hashes = list(info_hashes)
        files = dict(self._files(info_hashes))
        return [
            (file.complete, file.downloaded, file.incomplete)
            if (file := files.get(info_hash)) is not None
            else (0, 0, 0)
            for info_hash in info_hashes
        ]

    def commit(self) -> bytes | None:
        """Write the journal, before the answers leave.

        Returns None, or the refusal that must replace the answers to all announces since the last
        call: what they reported is kept in memory, and counts as soon as it can be written.
        """
        try:
            self.journal.commit()
        except OSError as error:
            log.warning("the journal cannot be written", error=error.strerror)
            return self._failure(UNAVAILABLE)
        return None

    def write(self, records: Iterable[bytes]) -> None:
        """Write records of the store to the journal that no announce waits for."""
        for record in records:
            self.journal.append(record)
        self.commit()

    def _member(self, passkey: bytes, address: bytes) -> Member:
        if not self._ready():
            raise UNAVAILABLE.with_traceback(None)
        if self._banned(address or _NO_ADDRESS):
            raise BANNED.with_traceback(None)
        member = self.directory.member(passkey, address or _NO_ADDRESS)
        if not address:
            raise TrackerError("The address of the client is not an IP address.")
        return member

    def _answer(self, member: Member, announce: Announce) -> Answer:
        self._clients.check(announce.peer_id)
        torrent = self.directory.torrent(announce.info_hash, announce.address)
        if self.journal.full():
            raise UNAVAILABLE.with_traceback(None)
        if member.leech_refusal is not None and announce.left and announce.event != STOPPED:
            raise member.leech_refusal.with_traceback(None)
        outcome = self.store.announce(member, torrent, announce, self._clock())
        if outcome.credit != (0, 0):
            self._booked(*outcome.credit)
        for record in outcome.records:
            self.journal.append(record)
        if outcome.refused != (0, 0):
            self._count("tracker_implausible_announces", "")
            log.warning(
                "implausible announce",
                user_id=member.id,
                torrent_id=torrent.id,
                uploaded=outcome.refused[0],
                downloaded=outcome.refused[1],
            )
        return Answer(
            self._next_interval(),
            self._intervals.min_interval,
            outcome.complete,
            outcome.incomplete,
            torrent.snatches,
            outcome.peers4,
            outcome.peers6,
            outcome.peer_ids4,
            outcome.peer_ids6,
        )

    def _files(self, info_hashes: Iterable[bytes]) -> Iterable[tuple[bytes, responses.ScrapeFile]]:
        for info_hash in info_hashes:
            torrent: KnownTorrent | None = self.directory.torrents.get(info_hash)
            if torrent is not None and torrent.refusal is None:
                complete, incomplete, downloaders = self.store.counts(torrent)
                yield (
                    info_hash,
                    responses.ScrapeFile(complete, torrent.snatches, incomplete, downloaders),
                )

    def _refuse(self, error: TrackerError, counter: str) -> bytes:
        self._refused(error, counter)
        return self._failure(error)

    def _refused(self, error: TrackerError, counter: str) -> None:
        self._count(counter, "unavailable" if error.code == "unavailable" else "refused")
        self._count("tracker_refusals", error.code)

    def _failure(self, error: TrackerError) -> bytes:
        return responses.failure(error.reason, error.retry_in, self._intervals.interval)
