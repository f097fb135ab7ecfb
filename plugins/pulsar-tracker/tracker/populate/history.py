"""What members could have done with a torrent, so that what some took is what others gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from pulsar.populate.material import moment
from pulsar.populate.rows import Row

#: Seconds between announces.
INTERVAL = 1800
_LARGEST_SWARM = 60


@dataclass(frozen=True, slots=True)
class Member:
    """Who may announce, and from where."""

    id: int
    created: datetime
    address: bytes


def history(
    chance: Random, torrent: Any, members: dict[int, Member], now: datetime
) -> Iterator[Row]:
    """What members did with a torrent: its uploader, who completed it, and who is at it."""
    number = min(int(2 * chance.paretovariate(0.9)), _LARGEST_SWARM, len(members))
    others = [
        other_id
        for other_id in chance.sample(list(members), number)
        if other_id != torrent.uploader_id
    ]
    taken = {
        user_id: torrent.size if chance.random() < 0.85 else chance.randrange(torrent.size)
        for user_id in others
    }
    givers = [user_id for user_id, size in taken.items() if size == torrent.size]
    if torrent.uploader_id in members:
        givers.append(torrent.uploader_id)
    elif not givers:
        # Nobody took anything where nobody gave.
        return
    uploads = shares(chance, sum(taken.values()), givers)
    for user_id, size in taken.items():
        yield _snatch(chance, torrent, members[user_id], uploads.get(user_id, 0), size, now)
    if torrent.uploader_id in members:
        seeder = members[torrent.uploader_id]
        row = _snatch(chance, torrent, seeder, uploads[seeder.id], 0, now)
        yield row | {"left": 0, "first_action": torrent.created}


def shares(chance: Random, total: int, user_ids: list[int]) -> dict[int, int]:
    """So many bytes among the members; not one is lost."""
    weights = [chance.expovariate(1) for _ in user_ids]
    amounts = [int(total * weight / sum(weights)) for weight in weights]
    amounts[0] += total - sum(amounts)
    return dict(zip(user_ids, amounts, strict=True))


def _snatch(chance: Random, torrent: Any, member: Member, up: int, down: int, now: datetime) -> Row:
    began = moment(chance, max(torrent.created, member.created), now)
    completed = moment(chance, began, now) if down == torrent.size else None
    last = moment(chance, completed or began, now)
    seeded_for = int((last - (completed or began)).total_seconds() * chance.random())
    return {
        "torrent_id": torrent.id,
        "user_id": member.id,
        "uploaded": up,
        "downloaded": down,
        "refused_uploaded": 0,
        "refused_downloaded": 0,
        "seed_seconds": seeded_for if up else 0,
        "snatches": int(completed is not None),
        "announces": 2 + seeded_for // INTERVAL,
        "left": torrent.size - down,
        "first_action": began,
        "last_action": last,
        "snatched_at": completed,
    }
