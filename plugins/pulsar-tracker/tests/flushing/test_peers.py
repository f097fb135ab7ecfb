"""The stored state of peers, and which owner may change it."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.journal.record import ACTIVE, LEECHED, PAUSED, SNATCHED

from .conftest import START, announce, gone


@pytest.fixture
def user(deck: Any) -> Any:
    """A member."""
    return deck.site.member()


@pytest.fixture
def torrent(deck: Any) -> Any:
    """A torrent."""
    return deck.site.torrent()


class TestState:
    def test_every_column(self, deck: Any, user: Any, torrent: Any) -> None:
        record = announce(
            user,
            torrent,
            flags=ACTIVE | LEECHED,
            sources=7,
            key=b"\x00\x01\xfe\xff",
            uploaded=1,
            downloaded=2,
            left=3,
            now=START + 0.5,
            joined=START - 9.25,
            counted_at=START - 1.5,
        )
        deck.write(record, fence=4)
        [row] = deck.site.peers(torrent)
        assert bytes(row.peer_id) == record.peer_id
        assert (bytes(row.endpoint4), row.endpoint6) == (record.endpoint4, None)
        assert (row.uploaded, row.downloaded, row.left) == (1, 2, 3)
        assert (row.active, row.leeched, row.paused, row.snatched) == (True, True, False, False)
        assert (row.seen, row.joined, row.counted_at) == (START + 0.5, START - 9.25, START - 1.5)
        assert (bytes(row.key), row.sources, row.fence) == (b"\x00\x01\xfe\xff", 7, 4)

    def test_is_replaced(self, deck: Any, user: Any, torrent: Any) -> None:
        deck.write(announce(user, torrent, flags=ACTIVE, uploaded=5, left=5))
        endpoint6 = bytes(range(18))
        deck.write(
            announce(user, torrent, flags=PAUSED, uploaded=6),
            announce(
                user,
                torrent,
                flags=SNATCHED | PAUSED,
                uploaded=3,
                endpoint4=bytes(6),
                endpoint6=endpoint6,
                now=START - 60,
            ),
        )
        [row] = deck.site.peers(torrent)
        assert (row.endpoint4, bytes(row.endpoint6)) == (None, endpoint6)
        assert (row.uploaded, row.left, row.seen) == (3, 0, START - 60)
        assert (row.active, row.paused, row.snatched, row.leeched) == (False, True, True, False)

    def test_several_clients(self, deck: Any, user: Any, torrent: Any) -> None:
        deck.write(*(announce(user, torrent, peer, uploaded=peer) for peer in (3, 1, 2)))
        deck.write(announce(user, torrent, 2, uploaded=20))
        assert [row.uploaded for row in deck.site.peers(torrent)] == [1, 20, 3]


class TestGone:
    def test_is_deleted(self, deck: Any, user: Any, torrent: Any) -> None:
        deck.write(announce(user, torrent, 1), announce(user, torrent, 2))
        deck.write(gone(user, torrent, 1, now=START + 7200))
        assert [bytes(row.peer_id)[-1:] for row in deck.site.peers(torrent)] == [b"2"]

    def test_in_the_batch_of_its_announces(self, deck: Any, user: Any, torrent: Any) -> None:
        deck.write(announce(user, torrent, credit_up=5, up=5), gone(user, torrent))
        assert deck.site.peers(torrent) == []
        assert deck.site.credit(user) == (5, 0)
        assert deck.site.snatch(user, torrent).uploaded == 5

    def test_comes_back(self, deck: Any, user: Any, torrent: Any) -> None:
        deck.write(announce(user, torrent, uploaded=5))
        deck.write(gone(user, torrent), announce(user, torrent, uploaded=1))
        assert [row.uploaded for row in deck.site.peers(torrent)] == [1]

    def test_unless_it_was_seen_since(self, deck: Any, user: Any, torrent: Any) -> None:
        deck.write(announce(user, torrent, now=START + 60), fence=1)
        deck.write(gone(user, torrent, now=START + 59), fence=1)
        assert len(deck.site.peers(torrent)) == 1
        deck.write(gone(user, torrent, now=START + 60), fence=1)
        assert deck.site.peers(torrent) == []


class TestOwners:
    """A row says which owner of the swarm wrote it."""

    def test_an_earlier_owner_adds_what_it_acknowledged(
        self, deck: Any, user: Any, torrent: Any
    ) -> None:
        deck.write(announce(user, torrent, uploaded=100), fence=2)
        deck.write(announce(user, torrent, uploaded=70, up=7, credit_up=7, now=START + 99), fence=1)
        [row] = deck.site.peers(torrent)
        assert (row.uploaded, row.fence, row.seen) == (100, 2, START)
        assert deck.site.credit(user) == (7, 0)
        row = deck.site.snatch(user, torrent)
        assert (row.uploaded, row.announces) == (7, 2)

    def test_an_earlier_owner_drops_nobody(self, deck: Any, user: Any, torrent: Any) -> None:
        deck.write(announce(user, torrent), fence=2)
        deck.write(gone(user, torrent, now=START + 9999), fence=1)
        assert len(deck.site.peers(torrent)) == 1

    def test_a_later_owner_replaces(self, deck: Any, user: Any, torrent: Any) -> None:
        deck.write(announce(user, torrent, 1), announce(user, torrent, 2), fence=1)
        # Its clock is behind.
        deck.write(
            announce(user, torrent, 1, uploaded=5, now=START - 60),
            gone(user, torrent, 2, now=START - 60),
            fence=2,
        )
        [row] = deck.site.peers(torrent)
        assert (row.uploaded, row.fence) == (5, 2)
