"""Announces while PostgreSQL is unavailable are answered, and nothing is counted twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from fastbencode import bdecode
from sqlalchemy.exc import SQLAlchemyError

from pulsar.interfaces import ICache
from pulsar.testing.servers import Proxy
from pulsar.users.models import User
from torrents.models import Torrent
from tracker.interfaces import ITracker

from .people import People


@pytest.mark.parametrize("backend", ["production"], indirect=True, scope="session")
class TestAnnounces:
    """The tracker's answers to announces."""

    @pytest.fixture
    def announce(self) -> Callable[..., Any]:
        """``announce(people, info_hash, uploaded)``: the tracker's answer to the member."""

        def call(people: People, info_hash: bytes, uploaded: int) -> Any:
            query = f"info_hash={quote_from_bytes(info_hash, safe='')}&peer_id=-TR4060-{'x' * 12}"
            rest = f"&port=6881&uploaded={uploaded}&downloaded=0&left=0"
            path = f"/announce/{people.passkey}?{query}{rest}"
            answer = people.nobody.get(path, remote_addr="10.0.0.1", status=200)
            return bdecode(answer.body)

        return call

    def info_hash(self, people: People) -> bytes:
        """The info-hash of a torrent of the member."""
        torrent_id = people.upload("Album").json["response"]["id"]
        with people.session() as session:
            info_hash: bytes = session.get_one(Torrent, torrent_id).info_hash
            return bytes(info_hash)

    def credited(self, people: People) -> int:
        with people.session() as session:
            uploaded: int = session.get_one(User, people.user_id).uploaded
            return uploaded

    def test_they_are_kept_and_credited_later(
        self, start: Callable[..., People], proxy: Proxy, announce: Any
    ) -> None:
        people = start(**{"tracker.flush_interval": "3600"})
        tracker = people.registry.getUtility(ITracker)
        info_hash = self.info_hash(people)
        assert b"interval" in announce(people, info_hash, 0)
        tracker.flush()
        proxy.cut()
        for uploaded in (1_000, 3_000):
            assert b"interval" in announce(people, info_hash, uploaded)
            with pytest.raises(SQLAlchemyError):
                tracker.flush()
        proxy.restore()
        assert self.credited(people) == 0
        tracker.flush()
        tracker.flush()
        assert self.credited(people) == 3_000

    def test_written_at_once(
        self, start: Callable[..., People], proxy: Proxy, announce: Any
    ) -> None:
        people = start(**{"tracker.flush_interval": "0"})
        info_hash = self.info_hash(people)
        assert b"interval" in announce(people, info_hash, 0)
        proxy.cut()
        told = announce(people, info_hash, 1_000)
        assert told[b"failure reason"] == b"The tracker is not available right now."
        assert told[b"retry in"] == 5
        proxy.restore()
        # The client announces again with the same counters, or with higher ones.
        assert b"interval" in announce(people, info_hash, 1_000)
        assert self.credited(people) == 1_000
        assert b"interval" in announce(people, info_hash, 1_500)
        assert self.credited(people) == 1_500

    def test_of_whom_nobody_knows_yet(self, people: People, proxy: Proxy, announce: Any) -> None:
        info_hash = self.info_hash(people)
        people.registry.getUtility(ICache).clear()
        proxy.cut()
        assert b"failure reason" in announce(people, info_hash, 0)
        proxy.restore()
        assert b"interval" in announce(people, info_hash, 0)
