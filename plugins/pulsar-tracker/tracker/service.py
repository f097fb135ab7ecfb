"""The tracker of one process."""

from __future__ import annotations

import random
import time
from threading import Lock

import structlog
from sqlalchemy.exc import SQLAlchemyError
from zope.interface import implementer

from pulsar.interfaces import ICache, IDatabase, IIPBans
from pulsar.metrics import count
from pulsar.registry import Registry
from pulsar.users import tags as user_tags

from .accounting import Batch, Credit, Ledger
from .directory import Directory
from .interfaces import ITracker
from .protocol import responses
from .protocol.clients import ClientPolicy
from .protocol.errors import TrackerError
from .protocol.query import Limits, parse_announce, parse_scrape
from .settings import TrackerSettings
from .swarms.memory import MemorySwarmStore
from .swarms.types import Peer, SwarmRules
from .writing import load_peers, write

log = structlog.get_logger(__name__)

_AWAY = "The tracker is not available right now."
#: Minutes until a client should come back when the database is away (BEP 31).
_RETRY_IN = 5
#: Failing flushes are a problem of the site's health after so many in a row.
_FAILURES = 3


@implementer(ITracker)
class Tracker:
    """Takes announces in, answers them, and writes what they add up to."""

    def __init__(self, registry: Registry) -> None:
        settings = registry.settings
        self._registry = registry
        self._directory = Directory(registry)
        self._clients = ClientPolicy(
            tuple(prefix.encode() for prefix in TrackerSettings.allowed_clients.read(settings)),
            tuple(prefix.encode() for prefix in TrackerSettings.denied_clients.read(settings)),
        )
        self._limits = Limits(
            min_port=TrackerSettings.min_port.read(settings),
            numwant=TrackerSettings.numwant.read(settings),
            max_numwant=TrackerSettings.max_numwant.read(settings),
            address_parameters=TrackerSettings.believe_addresses.read(settings),
        )
        self._interval: int = TrackerSettings.interval.read(settings)
        self._jitter: int = TrackerSettings.jitter.read(settings)
        self._min_interval: int = TrackerSettings.min_interval.read(settings)
        self._write_through: bool = TrackerSettings.flush_interval.read(settings) == 0
        self._timeout: int = TrackerSettings.peer_timeout.read(settings)
        self._loaded = False
        self._failures = 0
        self._flushed_at = time.monotonic()
        self._flushing = Lock()
        self._unwritten = Batch()
        self.ledger = Ledger()
        self.store = MemorySwarmStore(
            self.ledger,
            SwarmRules(
                interval=self._interval,
                timeout=self._timeout,
                max_locations=TrackerSettings.max_locations.read(settings),
                max_speed=TrackerSettings.max_speed.read(settings),
            ),
        )

    def announce(self, passkey: str, query: str, address: str) -> bytes:
        """The bencoded answer to an announce, also to a refused one."""
        try:
            answer = self._announce(passkey, query, address)
        except TrackerError as error:
            self._count("tracker_announces", "refused")
            self._count("tracker_refusals", error.code)
            return responses.failure(error.reason, error.retry_in)
        except SQLAlchemyError as error:
            self._count("tracker_announces", "unavailable")
            return self._away(error)
        self._count("tracker_announces", "accepted")
        return answer

    def scrape(self, passkey: str, query: str, address: str) -> bytes:
        """The bencoded answer to a scrape; unknown info-hashes are left out (BEP 48)."""
        try:
            self._require_allowed(address)
            self._directory.member(passkey, address)
            snatch_counts = self._directory.snatches(parse_scrape(query, limits=self._limits))
        except TrackerError as error:
            self._count("tracker_scrapes", "refused")
            self._count("tracker_refusals", error.code)
            return responses.failure(error.reason, error.retry_in)
        except SQLAlchemyError as error:
            self._count("tracker_scrapes", "unavailable")
            return self._away(error)
        self._count("tracker_scrapes", "accepted")
        counts = self.store.scrape(torrent_id for torrent_id, _ in snatch_counts.values())
        return responses.scrape_response(
            {
                info_hash: responses.ScrapeFile(
                    counts[torrent_id].complete,
                    snatches,
                    counts[torrent_id].incomplete,
                    counts[torrent_id].downloaders,
                )
                for info_hash, (torrent_id, snatches) in snatch_counts.items()
            }
        )

    def _require_allowed(self, address: str) -> None:
        """Raise TrackerError for banned addresses, and while the swarms are not loaded."""
        if not self._loaded:
            raise TrackerError(_AWAY, _RETRY_IN)
        if self._registry.getUtility(IIPBans).banned(address):
            raise TrackerError("Your address has been banned.", "never", code="banned_address")

    def _announce(self, passkey: str, query: str, address: str) -> bytes:
        self._require_allowed(address)
        user_id = self._directory.member(passkey, address)
        announce = parse_announce(query, address, limits=self._limits)
        self._clients.check(announce.peer_id)
        torrent_id = self._directory.torrent(announce.info_hash)
        with_ids = not announce.compact and not announce.no_peer_id
        outcome = self.store.announce(
            torrent_id,
            Peer.from_announce(user_id, announce),
            time.time(),
            announce.numwant,
            peer_ids=with_ids,
        )
        if outcome.implausible:
            self._count("tracker_implausible_announces")
            log.warning(
                "implausible announce",
                user_id=user_id,
                torrent_id=torrent_id,
                uploaded=outcome.refused_uploaded,
                downloaded=outcome.refused_downloaded,
            )
        if self._write_through:
            self.reap()
            self.flush()
        prefix = (
            self._interval + random.randint(0, self._jitter),  # noqa: S311  # spreads load only
            self._min_interval,
            outcome.counts.complete,
            outcome.counts.incomplete,
            0,
            outcome.peers4,
            outcome.peers6,
        )
        if announce.compact:
            return responses.announce_response(*prefix, external_ip=announce.external_ip)
        return responses.announce_response_dict(
            *prefix,
            outcome.peer_ids4 if with_ids else None,
            outcome.peer_ids6 if with_ids else None,
            external_ip=announce.external_ip,
        )

    @staticmethod
    def _away(error: SQLAlchemyError) -> bytes:
        log.warning("tracker without database", error=type(error).__name__)
        return responses.failure(_AWAY, _RETRY_IN)

    def flush(self) -> None:
        """Write what was entered since the last flush; keep it where the database is away.

        One at a time and in their order, or older counters would replace newer ones. A batch that
        failed may have been committed all the same, so it is tried again as it is.
        """
        with self._flushing:
            started = time.monotonic()
            try:
                self._write_unwritten()
                self._unwritten = self.ledger.drain()
                self._write_unwritten()
            except Exception:
                self._failures += 1
                self._count("tracker_flushes", "failed")
                raise
            finally:
                ended = time.monotonic()
                self._count("tracker_flush_seconds", amount=ended - started)
            self._failures = 0
            self._flushed_at = ended
            self._count("tracker_flushes", "written")

    def _count(self, name: str, value: str = "", amount: float = 1) -> None:
        count(self._registry, name, value, amount)

    def _write_unwritten(self) -> None:
        batch = self._unwritten
        if not batch:
            return
        with self._registry.getUtility(IDatabase).session(True) as session:
            write(session, batch)
        self._unwritten = Batch()
        profiles = [user_tags.profile(user_id) for user_id in batch.credits]
        if profiles:
            self._registry.getUtility(ICache).invalidate(profiles)

    def reap(self) -> None:
        self.store.reap(time.time())

    def forget(self, torrent_id: int) -> None:
        """Drop the swarm of a deleted torrent."""
        self.store.forget(torrent_id)
        if self._write_through:
            self.flush()

    def load(self) -> None:
        """Take up the swarms where the last process left them.

        Peers that fell silent meanwhile are loaded too, so that dropping them is written down.
        """
        with self._registry.getUtility(IDatabase).session() as session:
            count = self.store.restore(load_peers(session))
        self._loaded = True
        self.reap()
        log.info("swarms restored", peers=count)

    def flush_age(self) -> float:
        """Seconds since credit was last written, or there was none to write."""
        if self._write_through and not self._failures:
            return 0
        return time.monotonic() - self._flushed_at

    def waiting(self) -> Credit:
        """The credit that is not in the database yet, of all members together."""
        unwritten, entered = self._unwritten.total(), self.ledger.waiting()
        return Credit(
            unwritten.uploaded + entered.uploaded, unwritten.downloaded + entered.downloaded
        )

    def check(self) -> None:
        """Raise RuntimeError where flushes have been failing."""
        if self._failures >= _FAILURES:
            raise RuntimeError("credit cannot be written")
