"""The sums of announces until they are written to the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from uuid import uuid4

from zope.interface import implementer

from tracker.interfaces import ILedger
from tracker.swarms.types import NO_PEERS, Counts, Outcome, PeerKey, PeerRecord, Rates


@dataclass(slots=True)
class Credit:
    """Bytes to add to a user's account, after applying the rates of the torrents."""

    uploaded: int = 0
    downloaded: int = 0


@dataclass(slots=True)
class Progress:
    """A user's activity with a torrent: sums to add, and the latest state.

    The bytes are as measured, whatever the rates. Refused bytes were faster than is possible; they
    are in no other sum.
    """

    uploaded: int = 0
    downloaded: int = 0
    refused_uploaded: int = 0
    refused_downloaded: int = 0
    seed_seconds: int = 0
    snatches: int = 0
    announces: int = 0
    left: int = 0
    active: bool = False
    last_action: float = 0.0


@dataclass(slots=True)
class Activity:
    """The activity of a torrent: sums to add, and the latest size of its swarm."""

    uploaded: int = 0
    downloaded: int = 0
    snatches: int = 0
    counts: Counts = NO_PEERS


@dataclass(slots=True)
class Batch:
    """All data that is written to the database in one transaction.

    `progress` is by user and torrent. `peers` has the latest state of every peer that changed, and
    None for peers that are gone. Because it is written together with the credit, a crash neither
    loses nor doubles a byte. Store `id` in the same transaction: a batch whose commit failed may
    have been written nevertheless, so it must be tried again under its id and before any newer one.
    """

    id: str = field(default_factory=lambda: uuid4().hex)
    credits: dict[int, Credit] = field(default_factory=dict)
    progress: dict[tuple[int, int], Progress] = field(default_factory=dict)
    torrents: dict[int, Activity] = field(default_factory=dict)
    peers: dict[PeerKey, PeerRecord | None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.peers or self.torrents)

    def total(self) -> Credit:
        """The credit of all members together."""
        credits = self.credits.values()
        return Credit(
            sum(credit.uploaded for credit in credits),
            sum(credit.downloaded for credit in credits),
        )


@implementer(ILedger)
class Ledger:
    """Collects the sums of announces; thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._batch = Batch()

    def book(self, outcome: Outcome, rates: Rates, now: float) -> None:
        """Add an announce; one of an unknown peer that stopped changes nothing."""
        record = outcome.record
        if record is None:
            return
        with self._lock:
            batch = self._batch
            self._book_credit(record.user_id, outcome, rates)
            key = (record.user_id, record.torrent_id)
            progress = batch.progress.get(key)
            if progress is None:
                progress = batch.progress[key] = Progress()
            progress.uploaded += outcome.uploaded_delta
            progress.downloaded += outcome.downloaded_delta
            progress.refused_uploaded += outcome.refused_uploaded
            progress.refused_downloaded += outcome.refused_downloaded
            progress.seed_seconds += outcome.seed_seconds
            progress.snatches += outcome.snatched
            progress.announces += 1
            progress.left = record.left
            progress.active = record.active
            progress.last_action = now

            activity = self._activity(record.torrent_id)
            activity.uploaded += outcome.uploaded_delta
            activity.downloaded += outcome.downloaded_delta
            activity.snatches += outcome.snatched
            activity.counts = outcome.counts

            batch.peers[(record.torrent_id, record.user_id, record.peer_id)] = record
            for replaced in outcome.replaced:
                batch.peers[replaced.key] = replaced

    def drop(self, record: PeerRecord, counts: Counts) -> None:
        """Add that a peer is gone, and the remaining size of the swarm."""
        with self._lock:
            self._batch.peers[record.key] = None
            self._activity(record.torrent_id).counts = counts

    def waiting(self) -> Credit:
        """The credit of all members together since the last call of ``drain``."""
        with self._lock:
            return self._batch.total()

    def drain(self) -> Batch:
        """Return everything since the last call."""
        with self._lock:
            batch, self._batch = self._batch, Batch()
        return batch

    def _book_credit(self, user_id: int, outcome: Outcome, rates: Rates) -> None:
        uploaded = outcome.uploaded_delta * rates.upload // 100
        downloaded = outcome.downloaded_delta * rates.download // 100
        if uploaded or downloaded:
            credit = self._batch.credits.get(user_id)
            if credit is None:
                credit = self._batch.credits[user_id] = Credit()
            credit.uploaded += uploaded
            credit.downloaded += downloaded

    def _activity(self, torrent_id: int) -> Activity:
        activity = self._batch.torrents.get(torrent_id)
        if activity is None:
            activity = self._batch.torrents[torrent_id] = Activity()
        return activity
