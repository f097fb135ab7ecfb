"""Sample requests, with ledgers that agree with the members' credit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.interfaces import ISearch
from pulsar.populate.directive import Progress
from pulsar.populate.material import moment, paragraph, scaled, seeded, title
from pulsar.populate.rows import Row, put, put_for_ids
from pulsar.request import Request
from pulsar.users.models import User
from torrents.models import Torrent
from torrents.tags import find_or_make

from .models import Bookmark, Comment, Movement, TorrentRequest, Vote, request_tags
from .queries import KIND

_REQUESTS = 400
_AGE = timedelta(days=365)
_TAGS = "ambient concert documentary education jazz lecture linux lossless nature podcast science"
_STEP = 100 * 2**20
_LEAST = 250 * 2**20


@dataclass
class _Books:
    """The members' credit, and the votes and movements that account for it."""

    credit: dict[int, int]
    votes: list[Row] = field(default_factory=list)
    ledger: list[Row] = field(default_factory=list)

    def move(self, request_id: int, user_id: int, kind: str, amount: int, time: datetime) -> None:
        """Move the amount from the member to the request, or back if it is negative."""
        self.credit[user_id] -= amount
        row = {"request_id": request_id, "user_id": user_id, "kind": kind}
        self.ledger.append({**row, "amount": amount, "time": time})


def populate(request: Request, scale: float, progress: Progress) -> None:
    """Add requests of members, of which some are filled and a few deleted."""
    session, chance, now = request.db, seeded("requests"), utcnow()
    rows = session.execute(select(User.id, User.uploaded).where(User.enabled).order_by(User.id))
    books = _Books(dict(rows.tuples().all()))
    before = dict(books.credit)
    torrents = session.execute(
        select(Torrent.id, Torrent.uploader_id, Torrent.created)
        .where(Torrent.deleted.is_(None), Torrent.uploader_id.in_(before))
        .order_by(Torrent.id)
    ).all()
    members = sorted(before)
    moments = sorted(moment(chance, now - _AGE, now) for _ in range(scaled(_REQUESTS, scale)))
    request_rows = [
        row for created in moments if (row := _request(chance, books, members, created))
    ]
    for row, request_id in zip(
        request_rows, put_for_ids(session, TorrentRequest, request_rows), strict=True
    ):
        row["id"] = request_id
        _vote(chance, books, members, row, now)
        row["filled"] = row["deleted"] = row["filler_id"] = row["torrent_id"] = None
        usable = [torrent for torrent in torrents if torrent.created > row["created"]]
        if usable and chance.random() < 0.4:
            _fill(books, row, chance.choice(usable))
        elif chance.random() < 0.05:
            _delete(books, row, moment(chance, row["last_vote"], now))
    _store(session, books, before, request_rows)
    _tag(request, chance, request_rows)
    put(session, Comment, _comments(chance, members, request_rows, now))
    put(session, Bookmark, _bookmarks(chance, members, request_rows))
    progress("Requests", len(request_rows), len(request_rows))


def _request(chance: Random, books: _Books, members: list[int], created: datetime) -> Row | None:
    user_id = chance.choice(members)
    if books.credit[user_id] < _LEAST:
        return None
    return {
        "user_id": user_id,
        "category": "other",
        "title": title(chance),
        "description": paragraph(chance),
        "format": "markdown",
        "bounty": 0,
        "vote_count": 0,
        "created": created,
        "last_vote": created,
    }


def _vote(chance: Random, books: _Books, members: list[int], row: Row, now: datetime) -> None:
    """Add contributions to the bounty, the creator's first."""
    others = chance.sample(members, k=min(len(members), chance.choice((0, 0, 1, 2, 5))))
    for user_id in [
        row["user_id"],
        *(other_id for other_id in others if other_id != row["user_id"]),
    ]:
        most = min(50, books.credit[user_id] // _STEP)
        if most < 1:
            continue
        amount = _STEP * chance.randint(1, most)
        time = moment(chance, row["last_vote"], now) if row["bounty"] else row["created"]
        kind = "vote" if row["bounty"] else "create"
        books.move(row["id"], user_id, kind, amount, time)
        vote = {"request_id": row["id"], "user_id": user_id, "amount": amount}
        books.votes.append({**vote, "created": time, "last": time, "refunded": None})
        row["bounty"] += amount
        row["vote_count"] += 1
        row["last_vote"] = time


def _fill(books: _Books, row: Row, torrent: Any) -> None:
    """Fill a request with the torrent, and pay its uploader."""
    time = max(torrent.created, row["last_vote"])
    row.update(filled=time, filler_id=torrent.uploader_id, torrent_id=torrent.id)
    books.move(row["id"], torrent.uploader_id, "fill", -row["bounty"], time)


def _delete(books: _Books, row: Row, time: datetime) -> None:
    """Delete a request, and return the contributions."""
    row["deleted"] = time
    for vote in books.votes:
        if vote["request_id"] == row["id"]:
            vote["refunded"] = time
            books.move(row["id"], vote["user_id"], "refund", -vote["amount"], time)


def _store(session: Session, books: _Books, before: dict[int, int], rows: list[Row]) -> None:
    changed = [key for key in before if books.credit[key] != before[key]]
    if changed:
        session.execute(
            update(User), [{"id": key, "uploaded": books.credit[key]} for key in changed]
        )
    if rows:
        session.execute(update(TorrentRequest), rows)
    put(session, Vote, books.votes)
    put(session, Movement, sorted(books.ledger, key=lambda row: row["time"]))


def _tag(request: Request, chance: Random, request_rows: list[Row]) -> None:
    """Give the requests tags, and put the live ones into the search index."""
    tags = find_or_make(request.db, _TAGS.split())
    rows = []
    for row in request_rows:
        chosen = chance.sample(tags, k=chance.randint(1, 3))
        rows += [{"request_id": row["id"], "tag_id": tag.id} for tag in chosen]
        if row["deleted"] is None:
            body = "\n".join([row["title"], *(tag.name for tag in chosen), row["description"]])
            request.find_service(ISearch).put(request.db, KIND, row["id"], body)
    if rows:
        request.db.execute(insert(request_tags), rows)


def _comments(chance: Random, members: list[int], rows: list[Row], now: datetime) -> Iterator[Row]:
    comments = [
        {
            "request_id": row["id"],
            "user_id": chance.choice(members),
            "contents": paragraph(chance),
            "format": "markdown",
            "time": moment(chance, row["created"], now),
        }
        for row in rows
        for _ in range(chance.choice((0, 0, 1, 3)))
    ]
    yield from sorted(comments, key=lambda row: row["time"])


def _bookmarks(chance: Random, members: list[int], rows: list[Row]) -> Iterator[Row]:
    for row in rows:
        for user_id in chance.sample(members, k=min(len(members), chance.choice((0, 0, 1, 2)))):
            yield {"user_id": user_id, "request_id": row["id"], "created": row["last_vote"]}
