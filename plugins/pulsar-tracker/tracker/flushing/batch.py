"""What a number of journal records adds up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..journal.record import ANNOUNCE, FINISHED, Record
from ..protocol.query import MAX_NUMBER
from .days import Days, add_seeding

#: Torrent, user, peer id.
PeerKey = tuple[int, int, bytes]


@dataclass(slots=True)
class Credit:
    """Bytes to add to a member's account."""

    uploaded: int = 0
    downloaded: int = 0


@dataclass(slots=True)
class Progress:
    """A member's activity with a torrent: sums to add, and the latest state; bytes as measured."""

    uploaded: int
    downloaded: int
    refused_uploaded: int
    refused_downloaded: int
    seed_seconds: int
    snatches: int
    announces: int
    left: int
    first_action: float
    last_action: float
    #: When the member completed the torrent for the first time in this batch.
    snatched_at: float | None


@dataclass(slots=True)
class Batch:
    """The sums of records, and the latest state of what they are about.

    ``progress`` is by torrent and member. ``peers`` has the latest record of each peer, and
    ``swarms`` the latest number of seeders and leechers of each torrent.
    """

    credits: dict[int, Credit] = field(default_factory=dict)
    progress: dict[tuple[int, int], Progress] = field(default_factory=dict)
    peers: dict[PeerKey, Record] = field(default_factory=dict)
    swarms: dict[int, tuple[int, int]] = field(default_factory=dict)
    days: Days = field(default_factory=dict)


def aggregate(records: Iterable[Record]) -> Batch:
    """Add up records in the order of the journal; ids that no row can have are left out."""
    batch = Batch()
    peers, swarms = batch.peers, batch.swarms
    for record in records:
        torrent_id, user_id = record.torrent_id, record.user_id
        if torrent_id > MAX_NUMBER or user_id > MAX_NUMBER:
            continue
        peers[torrent_id, user_id, record.peer_id] = record
        swarms[torrent_id] = (record.complete, record.incomplete)
        if record.kind == ANNOUNCE:
            _add(batch, torrent_id, user_id, record)
    return batch


def _add(batch: Batch, torrent_id: int, user_id: int, record: Record) -> None:
    """Add an announce to the sums."""
    if record.credit_up or record.credit_down:
        credit = batch.credits.get(user_id)
        if credit is None:
            credit = batch.credits[user_id] = Credit()
        credit.uploaded += record.credit_up
        credit.downloaded += record.credit_down
    if record.seed_seconds:
        add_seeding(batch.days, user_id, record.now, record.seed_seconds)
    finished = bool(record.flags & FINISHED)
    progress = batch.progress.get((torrent_id, user_id))
    if progress is None:
        batch.progress[torrent_id, user_id] = Progress(
            record.up,
            record.down,
            record.refused_up,
            record.refused_down,
            record.seed_seconds,
            int(finished),
            1,
            record.left,
            record.now,
            record.now,
            record.now if finished else None,
        )
        return
    progress.uploaded += record.up
    progress.downloaded += record.down
    progress.refused_uploaded += record.refused_up
    progress.refused_downloaded += record.refused_down
    progress.seed_seconds += record.seed_seconds
    progress.announces += 1
    progress.left = record.left
    progress.last_action = record.now
    if finished:
        progress.snatches += 1
        if progress.snatched_at is None:
            progress.snatched_at = record.now
