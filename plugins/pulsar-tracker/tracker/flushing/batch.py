"""What a number of journal records adds up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..journal.record import ANNOUNCE, FINISHED, FIRST, Record
from ..protocol.query import MAX_NUMBER
from .days import Days, add_seeding

#: Torrent, member, peer id.
PeerKey = tuple[int, int, bytes]

#: Sums of a member and torrent, in the order of the columns of ``tracker_snatches``.
SUMS = (
    "uploaded",
    "downloaded",
    "refused_uploaded",
    "refused_downloaded",
    "seed_seconds",
    "snatches",
    "announces",
)
SNATCHES, _LEFT = SUMS.index("snatches"), len(SUMS)
_LAST_ACTION, _SNATCHED_AT = _LEFT + 2, _LEFT + 3


@dataclass(slots=True)
class Batch:
    """The sums of records, and the latest state of what they are about.

    ``credits`` is by member: bytes of upload and download. ``progress`` is by torrent and member:
    ``SUMS`` in bytes as measured, the bytes left, and the times of the first and the last announce
    and of the first completion, which is 0 without ``snatches``. ``peers`` and ``swarms`` have the
    latest record of each peer and of each torrent; FIRST says that the peer became known in any of
    its records.
    """

    credits: dict[int, list[int]] = field(default_factory=dict)
    progress: dict[tuple[int, int], list[Any]] = field(default_factory=dict)
    peers: dict[PeerKey, Record] = field(default_factory=dict)
    swarms: dict[int, Record] = field(default_factory=dict)
    days: Days = field(default_factory=dict)


def aggregate(records: Iterable[Record]) -> Batch:
    """Add up records in the order of the journal; ids that no row can have are left out."""
    batch = Batch()
    credits, progress, peers, swarms = batch.credits, batch.progress, batch.peers, batch.swarms
    days = batch.days
    for record in records:
        # fmt: off
        (
            kind, flags, _, _, torrent_id, user_id, peer_id, _, _, _, _, _, left, up, down,
            credit_up, credit_down, refused_up, refused_down, seconds, _, _, now, _, _,
        ) = record
        # fmt: on
        if torrent_id > MAX_NUMBER or user_id > MAX_NUMBER:
            continue
        swarms[torrent_id] = record
        key = (torrent_id, user_id, peer_id)
        former = peers.get(key)
        if former is not None and former.flags & FIRST:
            record = record._replace(flags=flags | FIRST)
        peers[key] = record
        if kind != ANNOUNCE:
            continue
        if credit_up or credit_down:
            credit = credits.get(user_id)
            if credit is None:
                credits[user_id] = [credit_up, credit_down]
            else:
                credit[0] += credit_up
                credit[1] += credit_down
        if seconds:
            add_seeding(days, user_id, now, seconds)
        finished = 1 if flags & FINISHED else 0
        amounts: list[Any] = [up, down, refused_up, refused_down, seconds, finished, 1]
        pair = (torrent_id, user_id)
        sums = progress.get(pair)
        if sums is None:
            amounts += (left, now, now, now if finished else 0.0)
            progress[pair] = amounts
            continue
        if finished and not sums[SNATCHES]:
            sums[_SNATCHED_AT] = now
        for index, amount in enumerate(amounts):
            sums[index] += amount
        sums[_LEFT] = left
        sums[_LAST_ACTION] = now
    return batch
