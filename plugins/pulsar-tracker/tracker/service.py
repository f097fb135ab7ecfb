"""The tracker of one process: it owns the swarms while it holds their lease."""

from __future__ import annotations

import socket
import time
from collections.abc import Collection, Iterable
from pathlib import Path
from threading import Lock

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from zope.interface import implementer

from pulsar.interfaces import ICache, IDatabase, IIPBans
from pulsar.metrics import count
from pulsar.registry import Registry
from pulsar.settings import CoreSettings
from pulsar.users import tags as user_tags

from .announcing.announcer import UNAVAILABLE, Announcer, Intervals
from .announcing.answer import Answer
from .announcing.restoring import restore
from .announcing.waiting import CountingFollower, Credit
from .directory import Directory, KnownTorrent, Policies
from .events import EVENTS
from .flushing.follow import Flusher
from .flushing.journals import applied
from .interfaces import ITracker
from .journal import Follower, Journal, JournalInUse
from .lease import Lease
from .protocol import responses
from .protocol.announce import Announce
from .protocol.clients import ClientPolicy
from .protocol.query import Limits
from .settings import TrackerSettings, journal_folder
from .swarms.session import Rules
from .swarms.store import PackedSwarms, Sizes

log = structlog.get_logger(__name__)

#: Failing flushes are a problem of the site's health after so many in a row.
_FAILURES = 3
#: Seconds after its expected announce that a client may still be on its way.
_LAG = 60
_SHARD = "all"


@implementer(ITracker)
class Tracker:
    """Answers announces while it owns the swarms, and writes what they add up to.

    `own` takes the swarms over: it gets the lease, opens the journal, and puts every peer into the
    state that the database and the journal have. Until then, and when the lease was lost, announces
    are refused with a time to come back. All methods may be called from any thread.
    """

    def __init__(self, registry: Registry, folder: Path | None = None) -> None:
        """``folder`` is that of the journal, by default the one of the settings."""
        settings = registry.settings
        self._registry = registry
        self._chosen_folder = folder
        self._sync = TrackerSettings.journal_sync.read(settings)
        self._write_through = TrackerSettings.flush_interval.read(settings) == 0
        self._intervals = Intervals(
            TrackerSettings.interval.read(settings),
            TrackerSettings.jitter.read(settings),
            TrackerSettings.min_interval.read(settings),
        )
        self._rules = Rules(
            interval=self._intervals.interval,
            min_interval=self._intervals.min_interval,
            overdue=self._intervals.interval + self._intervals.jitter + _LAG,
            timeout=TrackerSettings.peer_timeout.read(settings),
            max_locations=TrackerSettings.max_locations.read(settings),
            max_speed=TrackerSettings.max_speed.read(settings),
            lag=_LAG,
        )
        self._limits = Limits(
            min_port=TrackerSettings.min_port.read(settings),
            numwant=TrackerSettings.numwant.read(settings),
            max_numwant=TrackerSettings.max_numwant.read(settings),
            address_parameters=TrackerSettings.believe_addresses.read(settings),
        )
        self._clients = ClientPolicy(
            tuple(prefix.encode() for prefix in TrackerSettings.allowed_clients.read(settings)),
            tuple(prefix.encode() for prefix in TrackerSettings.denied_clients.read(settings)),
        )
        self.directory = Directory(
            lambda: registry.getUtility(IDatabase).session(),
            lambda: Policies.of(registry),
            CoreSettings.rate_limit_anonymous.read(settings),
        )
        self.directory.on_torrent_removed.append(self._forget)
        self.lease = Lease(
            self._sessions,
            _SHARD,
            socket.gethostname(),
            TrackerSettings.lease_seconds.read(settings),
        )
        self._refusal = responses.failure(
            UNAVAILABLE.reason, UNAVAILABLE.retry_in, self._intervals.interval
        )
        self._lock = Lock()
        self._flushing = Lock()
        self._announcer: Announcer | None = None
        self._flusher: Flusher | None = None
        self._follower: CountingFollower | None = None
        self._failures = 0
        self._flushed_at = time.monotonic()

    def own(self) -> bool:
        """Renew the lease, or take it and the swarms over. False if another process has them.

        Raises what the database raises, and JournalError.
        """
        if self._announcer is not None:
            if self.lease.renew():
                return True
            log.warning("swarms lost", owner=self.owner())
            self.close()
        try:
            journal = Journal(self._folder, self._sync)
        except JournalInUse:
            return False
        try:
            # Another process that has this journal cannot run, so its lease can be taken over.
            self.lease.name = f"{socket.gethostname()} {journal.identity}"
            if self.lease.acquire() is None:
                journal.close()
                return False
            self._open(journal)
        except BaseException:
            journal.close()
            raise
        self.reap()
        return True

    def owner(self) -> str | None:
        """The process that has the swarms: its host, and its journal. None if nobody has them."""
        return self.lease.holder()

    def disown(self) -> None:
        """Write what is left, and let another process have the swarms."""
        if self._announcer is None:
            return
        self.try_to_flush()
        self.close()
        try:
            self.lease.release()
        except SQLAlchemyError as error:
            log.warning("lease not released", error=type(error).__name__)

    def owns(self) -> bool:
        """Whether this process answers announces."""
        return self._announcer is not None and self.lease.held()

    def announce(self, passkey: bytes, query: bytes, address: bytes) -> bytes:
        """The bencoded answer to an announce, also to a refused one."""
        with self._lock:
            if self._announcer is None:
                return self._unavailable("tracker_announces")
            answer = self._announcer.announce(passkey, query, address)
            if self._write_through:
                self._announcer.commit()
        if self._write_through:
            self.reap()
            self.try_to_flush()
        return answer

    def scrape(self, passkey: bytes, query: bytes, address: bytes) -> bytes:
        """The bencoded answer to a scrape, also to a refused one."""
        with self._lock:
            if self._announcer is None:
                return self._unavailable("tracker_scrapes")
            return self._announcer.scrape(passkey, query, address)

    def handle(self, passkey: bytes, announce: Announce, address: bytes) -> Answer:
        """The answer to an announce of another protocol. Raises TrackerError."""
        with self._lock:
            if self._announcer is None:
                raise UNAVAILABLE.with_traceback(None)
            return self._announcer.handle(passkey, announce, address)

    def counts(
        self, passkey: bytes, info_hashes: Iterable[bytes], address: bytes
    ) -> list[tuple[int, int, int]]:
        """Seeders, snatches and leechers of torrents. Raises TrackerError."""
        with self._lock:
            if self._announcer is None:
                raise UNAVAILABLE.with_traceback(None)
            return self._announcer.counts(passkey, info_hashes, address)

    def commit(self) -> bytes | None:
        """Write the journal; returns the refusal that replaces the answers if that failed."""
        with self._lock:
            return self._announcer.commit() if self._announcer is not None else None

    def flush(self) -> None:
        """Write everything that the journal holds to the database. Raises what that raises."""
        with self._flushing:
            flusher, follower = self._flusher, self._follower
            if flusher is None or follower is None:
                return
            began = time.monotonic()
            try:
                while flusher.step():
                    follower.written()
            except Exception:
                self._failures += 1
                self._count("tracker_flushes", "failed")
                raise
            ended = time.monotonic()
            self._failures = 0
            self._flushed_at = ended
            self._count("tracker_flushes", "written")
            count(self._registry, "tracker_flush_seconds", "", ended - began)

    def try_to_flush(self) -> None:
        """Flush; what cannot be written stays in the journal, and is tried again the next time."""
        try:
            self.flush()
        except SQLAlchemyError as error:
            log.warning("credit not written yet", error=type(error).__name__)
        except Exception:
            # The caller must continue after any error.
            log.exception("flush failed")

    def reap(self) -> None:
        """Drop the peers that have been silent for too long, a swarm at a time."""
        announcer = self._announcer
        if announcer is None:
            return
        swarms = announcer.store.reap(time.time())
        while True:
            with self._lock:
                records = next(swarms, None)
                if records is None:
                    return
                announcer.write(records)

    def sizes(self) -> Sizes:
        """The size of all swarms together; zeros while another process has them."""
        with self._lock:
            announcer = self._announcer
            return announcer.store.sizes() if announcer is not None else Sizes(0, 0, 0)

    def flush_age(self) -> float:
        """Seconds since everything was written; 0 while there is nothing to write."""
        if self._announcer is None or (self._write_through and not self._failures):
            return 0
        return time.monotonic() - self._flushed_at

    def waiting(self) -> Credit:
        """The credit that is not in the database yet, of all members together."""
        follower = self._follower
        return follower.waiting() if follower is not None else Credit()

    def check(self) -> None:
        """Raise RuntimeError if flushes have been failing."""
        if self._failures >= _FAILURES:
            raise RuntimeError("credit cannot be written")

    @property
    def _folder(self) -> Path:
        # Commands make the tracker too, and need no journal.
        return self._chosen_folder or journal_folder(self._registry.settings)

    def _open(self, journal: Journal) -> None:
        if self.directory.loaded:
            self.directory.catch_up()
        else:
            self.directory.load()
        store = PackedSwarms(self._rules)
        with self._sessions() as session:
            sequence = applied(session, journal.identity)
            peers = restore(session, self.directory, store, Follower(self._folder, sequence))
        follower = CountingFollower(Follower(self._folder, sequence))
        bans = self._registry.getUtility(IIPBans)
        announcer = Announcer(
            self.directory,
            store,
            journal,
            intervals=self._intervals,
            limits=self._limits,
            clients=self._clients,
            ready=self.owns,
            banned=bans.covers,
            count=self._count,
            booked=follower.booked,
        )
        follower.began(peers.credit_up, peers.credit_down)
        with self._lock:
            self._follower = follower
            self._flusher = Flusher(
                self._sessions,
                journal.identity,
                follower,
                journal.release,
                fence=self.lease.fence or 0,
                notify=self._registry.notify,
                kinds=frozenset(
                    kind
                    for kind, provided in EVENTS.items()
                    if self._registry.adapters.subscriptions((provided,), None)
                ),
                credited=self._credited,
            )
            self._announcer = announcer
        log.info("swarms restored", peers=peers.peers, replayed=peers.replayed)

    def close(self) -> None:
        """Stop answering, and leave the journal as it is."""
        with self._flushing, self._lock:
            announcer, self._announcer = self._announcer, None
            self._flusher = self._follower = None
            if announcer is not None:
                try:
                    announcer.journal.close()
                except OSError as error:
                    log.warning("journal not closed", error=error.strerror)
                for torrent in self.directory.torrents_by_id.values():
                    torrent.swarm = None

    def _forget(self, torrent: KnownTorrent) -> None:
        """Drop the swarm of a torrent that was deleted."""
        with self._lock:
            if self._announcer is None:
                return
            self._announcer.write(self._announcer.store.forget(torrent, time.time()))
        if self._write_through:
            self.try_to_flush()

    def _sessions(self) -> Session:
        return self._registry.getUtility(IDatabase).session(True)

    def _credited(self, user_ids: Collection[int]) -> None:
        profiles = [user_tags.profile(user_id) for user_id in user_ids]
        self._registry.getUtility(ICache).invalidate(profiles)

    def _unavailable(self, counter: str) -> bytes:
        self._count(counter, "unavailable")
        self._count("tracker_refusals", UNAVAILABLE.code)
        return self._refusal

    def _count(self, name: str, value: str) -> None:
        count(self._registry, name, value)
