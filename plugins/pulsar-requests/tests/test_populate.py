"""The sample requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User
from torrent_requests.audit import held, unbalanced
from torrent_requests.models import Bookmark, Comment, Movement, TorrentRequest, Vote


@pytest.fixture
def session(populated: Any) -> Iterator[Session]:
    """A session of the populated site."""
    with populated.registry.getUtility(IDatabase).session() as session:
        yield session


@pytest.fixture
def reader(populated: Any) -> Client:
    """A client with a key of a member."""
    with populated.registry.getUtility(IDatabase).session(True) as session:
        user = session.scalars(select(User).where(User.username == "member")).one()
        return Client(populated, Factory(session).key(user))


class TestPopulate:
    def test_amount(self, session: Session) -> None:
        requests = session.scalars(select(TorrentRequest).order_by(TorrentRequest.id)).all()
        assert 10 <= len(requests) <= 20
        # Ids ascend with time, as on a real site.
        assert [torrent_request.created for torrent_request in requests] == sorted(
            torrent_request.created for torrent_request in requests
        )
        assert len({torrent_request.user_id for torrent_request in requests}) > 3
        assert {torrent_request.filled is None for torrent_request in requests} == {True, False}
        for model in (Comment, Bookmark):
            assert session.scalar(select(func.count()).select_from(model))

    def test_books_agree(self, session: Session) -> None:
        assert unbalanced(session) == 0
        assert held(session) > 0
        assert session.scalar(select(func.min(User.uploaded))) >= 0
        rows = session.execute(select(Movement.kind, func.count()).group_by(Movement.kind))
        assert {"create", "vote", "fill"} <= {kind for kind, _ in rows}
        assert session.scalar(select(func.max(TorrentRequest.vote_count))) > 1

    def test_linked(self, session: Session) -> None:
        for torrent_request in session.scalars(select(TorrentRequest)):
            assert torrent_request.tags
            assert (
                (torrent_request.filled is None)
                == (torrent_request.filler_id is None)
                == (torrent_request.torrent_id is None)
            )
            votes = session.scalars(select(Vote).where(Vote.request_id == torrent_request.id)).all()
            assert torrent_request.last_vote == max(vote.last for vote in votes)
            assert all(torrent_request.created <= vote.created for vote in votes)

    def test_searchable(self, reader: Client) -> None:
        item = reader.get("/requests?filled=false").json["response"]["items"][0]
        query = f'/requests?filled=false&q="{item["title"]}"&tag={item["tags"][0]}'
        items = reader.get(query, status=200).json["response"]["items"]
        assert item["id"] in [item["id"] for item in items]
