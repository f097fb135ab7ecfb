"""Sample news of two years, with comments, a scheduled entry and a deleted one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select, update

from pulsar.db import utcnow
from pulsar.interfaces import ISearch
from pulsar.populate.directive import Progress
from pulsar.populate.material import moment, paragraph, scaled, seeded, sentence, title
from pulsar.populate.rows import put, put_for_ids
from pulsar.request import Request
from pulsar.users.models import User

from .models import BLOG, KINDS, NEWS, Comment, Entry, Seen, Subscription
from .queries import KIND

_ENTRIES = 80
_AGE = timedelta(days=2 * 365)


def populate(request: Request, scale: float, progress: Progress) -> None:
    """Add entries, comments on them, read marks and subscriptions."""
    session, chance, now = request.db, seeded("news"), utcnow()
    members = session.scalars(select(User.id).where(User.enabled).order_by(User.id)).all()
    entries = _entries(chance, scaled(_ENTRIES, scale, 4), members, now)
    ids = put_for_ids(session, Entry, entries)
    search = request.find_service(ISearch)
    for place, (entry_id, entry) in enumerate(zip(ids, entries, strict=True), 1):
        if entry["deleted"] is None:
            search.put(session, KIND, entry_id, f"{entry['title']}\n{entry['contents']}")
        progress("News", place, len(ids))
    comments = list(_comments(chance, ids, entries, members, now))
    put(session, Comment, sorted(comments, key=lambda comment: comment["time"]))
    counts = Counter(comment["entry_id"] for comment in comments)
    if counts:
        session.execute(
            update(Entry),
            [{"id": entry_id, "comment_count": number} for entry_id, number in counts.items()],
        )
    readers = chance.sample(list(members), k=len(members) // 2)
    put(session, Seen, _seen(chance, ids, entries, readers))
    put(session, Subscription, [{"user_id": reader} for reader in sorted(readers[::3])])


def _entries(
    chance: Random, number: int, members: Sequence[int], now: datetime
) -> list[dict[str, Any]]:
    """Make news by the first member and blog entries by any; the last one is scheduled."""
    times = sorted(moment(chance, now - _AGE, now) for _ in range(number - 1))
    times.append(now + timedelta(days=7))
    rows = []
    for place, time in enumerate(times):
        kind = chance.choice(KINDS)
        rows.append(
            {
                "kind": kind,
                "title": title(chance),
                "contents": "\n\n".join(paragraph(chance) for _ in range(chance.randint(1, 4))),
                "format": "bbcode",
                "author_id": members[0] if kind == NEWS else chance.choice(members),
                "publish_at": time,
                "pinned": place == number // 2,
                "comments_open": chance.random() < 0.9,
                "comment_count": 0,
                # Old entries are announced already, so that the job notifies nobody of them.
                "announced": time if time <= now else None,
                "announced_to": 0,
                "deleted": now if place == number // 3 else None,
            }
        )
    return rows


def _comments(
    chance: Random,
    ids: list[int],
    entries: list[dict[str, Any]],
    members: Sequence[int],
    now: datetime,
) -> Iterator[dict[str, Any]]:
    """Make comments of the first three weeks after each publication."""
    for entry_id, entry in zip(ids, entries, strict=True):
        first = entry["publish_at"]
        for _ in range(int(12 * chance.random() ** 2) if first <= now else 0):
            yield {
                "entry_id": entry_id,
                "user_id": chance.choice(members),
                "contents": sentence(chance),
                "format": "bbcode",
                "time": moment(chance, first, min(now, first + timedelta(days=21))),
            }


def _seen(
    chance: Random, ids: list[int], entries: list[dict[str, Any]], readers: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Make read marks of the readers for each kind."""
    for kind in (NEWS, BLOG):
        published = [
            (entry["publish_at"], entry_id)
            for entry_id, entry in zip(ids, entries, strict=True)
            if entry["kind"] == kind and entry["announced"] is not None
        ]
        for reader in readers if published else ():
            time, entry_id = chance.choice(published)
            yield {"user_id": reader, "kind": kind, "publish_at": time, "entry_id": entry_id}
