"""What announces come to in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete

from pulsar.users.models import User
from torrents.models import Torrent

START = datetime(2030, 1, 1, tzinfo=UTC)
GIB = 2**30
MOST = 2**63 - 1


@pytest.fixture
def clock() -> Iterator[Any]:
    """The time, which stands still until it is shifted."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def user(site: Any) -> Any:
    """A member."""
    return site.member()


@pytest.fixture
def torrent(site: Any) -> Any:
    """A torrent."""
    return site.torrent()


@pytest.fixture
def peer(site: Any, user: Any, torrent: Any, clock: Any) -> Any:
    """A client of the member, with the torrent."""
    return site.peer(user, torrent)


class TestCredit:
    def test_first_announce_credits_nothing(self, site: Any, user: Any, peer: Any) -> None:
        peer.announce(500, 600, 0)
        assert site.credit(user) == (0, 0)

    def test_differences(self, site: Any, user: Any, torrent: Any, peer: Any) -> None:
        for uploaded, downloaded in ((500, 600), (700, 600), (700, 900), (1700, 1900)):
            peer.announce(uploaded, downloaded, left=100)
        assert site.credit(user) == (1200, 1300)
        row = site.snatch(user, torrent)
        assert (row.uploaded, row.downloaded, row.left, row.announces) == (1200, 1300, 100, 4)
        assert (row.refused_uploaded, row.refused_downloaded, row.snatches) == (0, 0, 0)

    def test_adds_to_what_is_there(self, site: Any, torrent: Any, clock: Any) -> None:
        user = site.member(uploaded=5 * GIB, downloaded=7)
        peer = site.peer(user, torrent)
        peer.announce()
        peer.announce(1, 2)
        assert site.credit(user) == (5 * GIB + 1, 9)

    def test_pays_debts_first(self, site: Any, torrent: Any, clock: Any) -> None:
        user = site.member(upload_debt=1000)
        peer = site.peer(user, torrent)
        peer.announce()
        for uploaded, credit, debt in ((400, 0, 600), (1000, 0, 0), (1250, 250, 0)):
            peer.announce(uploaded, 5)
            assert site.credit(user) == (credit, 5)
            assert site.debt(user) == debt

    def test_is_shown_to_others(self, site: Any, user: Any, torrent: Any, peer: Any) -> None:
        """Their copies of the member's page are dropped with the flush."""
        viewer, path = site.client(site.member()), f"/users/{user.id}"
        for uploaded, downloaded, credit in ((500, 600, (0, 0)), (700, 900, (200, 300))):
            peer.announce(uploaded, downloaded, left=100)
            page = viewer.get(path, status=200).json["response"]
            assert (page["uploaded"], page["downloaded"]) == credit

    def test_each_client_and_torrent(self, site: Any, user: Any, torrent: Any, clock: Any) -> None:
        for number, target in enumerate((torrent, torrent, site.torrent()), 1):
            peer = site.peer(user, target)
            peer.announce(left=5)
            peer.announce(10**number, 2 * 10**number, left=5)
        assert site.credit(user) == (1110, 2220)
        assert site.snatch(user, torrent).uploaded == 110

    def test_another_session(
        self, site: Any, user: Any, torrent: Any, peer: Any, clock: Any
    ) -> None:
        peer.announce(event="started")
        peer.announce(100)
        peer.announce(150, event="stopped")
        clock.shift(600)
        peer.announce(0, event="started")
        peer.announce(30)
        assert site.credit(user) == (180, 0)

    def test_dual_stack_counts_once(self, site: Any, user: Any, peer: Any) -> None:
        for uploaded in (0, 1000, 2500):
            peer.announce(uploaded, left=5, address="10.0.0.9")
            told = peer.announce(uploaded, left=5, address="2a00::9")
            assert told[b"incomplete"] == 1
        assert site.credit(user) == (2500, 0)

    def test_both_hashes_of_a_hybrid_count_once(self, site: Any, user: Any, clock: Any) -> None:
        torrent = site.torrent("hybrid")
        peer = site.peer(user, torrent)
        for uploaded in (0, 1000, 2500):
            for info_hash in (torrent.info_hash, torrent.info_hash_short):
                told = peer.announce(uploaded, info_hash=info_hash)
                assert told[b"complete"] == 1
        assert site.credit(user) == (2500, 0)
        assert site.counters(torrent) == (1, 0, 0)

    def test_too_fast(self, site: Any, user: Any, torrent: Any, peer: Any, clock: Any) -> None:
        peer.announce(0, 0, left=5)
        clock.shift(10)
        told = peer.announce(20 * GIB + 1, 20 * GIB, left=5)
        assert b"failure reason" not in told
        assert site.credit(user) == (0, 20 * GIB)
        row = site.snatch(user, torrent)
        assert (row.uploaded, row.refused_uploaded) == (0, 20 * GIB + 1)
        assert (row.downloaded, row.refused_downloaded) == (20 * GIB, 0)
        clock.shift(10)
        peer.announce(20 * GIB + 6, 20 * GIB, left=5)
        assert site.credit(user) == (5, 20 * GIB)


class TestSums:
    """One entry that cannot be written would keep everybody's credit from being written."""

    def test_refused_bytes_beyond_64_bits(
        self, site: Any, user: Any, torrent: Any, clock: Any
    ) -> None:
        other = site.member()
        bystander = site.peer(other, torrent)
        bystander.announce()
        for _ in range(2):
            cheater = site.peer(user, torrent)
            cheater.announce()
            assert b"failure reason" not in cheater.announce(MOST, MOST)
        bystander.announce(5)
        row = site.snatch(user, torrent)
        assert (row.refused_uploaded, row.refused_downloaded) == (MOST, MOST)
        assert site.credit(user) == (0, 0)
        assert site.credit(other) == (5, 0)

    def test_in_one_batch(self, start: Any) -> None:
        site = start()
        user, torrent = site.member(), site.torrent()
        for _ in range(3):
            cheater = site.peer(user, torrent)
            cheater.announce()
            cheater.announce(MOST, MOST)
        site.tracker.flush()
        assert site.snatch(user, torrent).refused_uploaded == MOST

    def test_full_account(self, site: Any, torrent: Any, clock: Any) -> None:
        user = site.member(uploaded=MOST - 3, downloaded=MOST)
        peer = site.peer(user, torrent)
        peer.announce()
        peer.announce(10, 10)
        assert site.credit(user) == (MOST, MOST)

    def test_removed_member(self, site: Any, user: Any, torrent: Any, peer: Any) -> None:
        bystander = site.member()
        other = site.peer(bystander, torrent)
        for client in (peer, other):
            client.announce()
        with site.session() as session:
            session.execute(delete(User).where(User.id == user.id))
        for client in (peer, other):
            client.announce(10)
        assert site.credit(bystander) == (10, 0)
        assert [row.user_id for row in site.peers(torrent)] == [bystander.id]

    def test_removed_torrent(self, site: Any, user: Any, torrent: Any, peer: Any) -> None:
        other = site.peer(user, site.torrent())
        for client in (peer, other):
            client.announce()
        with site.session() as session:
            session.execute(delete(Torrent).where(Torrent.id == torrent.id))
        peer.announce(10)
        other.announce(5)
        # Whoever may still announce from a warm cache keeps what they earn.
        assert site.credit(user) == (15, 0)
        assert site.snatch(user, torrent) is None


class TestCounters:
    def test_swarm(self, site: Any, user: Any, torrent: Any, peer: Any) -> None:
        other = site.peer(site.member(), torrent)
        peer.announce()
        other.announce(left=5)
        assert site.counters(torrent) == (1, 1, 0)
        other.announce(left=0, event="completed")
        assert site.counters(torrent) == (2, 0, 1)
        peer.announce(event="stopped")
        assert site.counters(torrent) == (1, 0, 1)

    def test_silent_peers_go(
        self, site: Any, user: Any, torrent: Any, peer: Any, clock: Any
    ) -> None:
        peer.announce(10)
        clock.shift(7201)
        site.peer(site.member(), site.torrent()).announce()
        assert site.counters(torrent) == (0, 0, 0)
        assert site.peers(torrent) == []
        # Nobody can tell which of these bytes were counted already.
        peer.announce(5000)
        assert site.credit(user) == (0, 0)

    def test_replaced_client(self, site: Any, user: Any, torrent: Any, peer: Any) -> None:
        peer.announce()
        again = site.peer(user, torrent, address=peer.address, port=peer.port)
        again.announce()
        assert site.counters(torrent) == (1, 0, 0)
        assert [row.active for row in site.peers(torrent)] == [False, True]


class TestSnatch:
    def test_once(self, site: Any, user: Any, torrent: Any, peer: Any, clock: Any) -> None:
        peer.announce(left=1000)
        clock.shift(60)
        peer.announce(0, 1000, 0, event="completed")
        clock.shift(60)
        peer.announce(0, 1000, 0, event="completed")
        row = site.snatch(user, torrent)
        assert (row.snatches, row.left) == (1, 0)
        assert row.first_action == START
        assert (row.snatched_at - START).seconds == 60
        assert (row.last_action - START).seconds == 120
        assert site.counters(torrent)[2] == 1

    def test_on_both_stacks(self, site: Any, torrent: Any, peer: Any) -> None:
        for address in ("10.0.0.9", "2a00::9"):
            peer.announce(left=1000, address=address)
        for address in ("10.0.0.9", "2a00::9"):
            peer.announce(0, 1000, 0, event="completed", address=address)
        assert site.counters(torrent) == (1, 0, 1)

    def test_who_came_complete_snatched_nothing(
        self, site: Any, user: Any, torrent: Any, peer: Any
    ) -> None:
        peer.announce()
        peer.announce(event="completed")
        assert site.snatch(user, torrent).snatches == 0
        assert site.snatch(user, torrent).snatched_at is None


class TestSeedTime:
    @pytest.fixture
    def seconds(self, site: Any, user: Any, torrent: Any) -> Callable[[], int]:
        """The seconds that the member has seeded the torrent."""
        return lambda: int(site.snatch(user, torrent).seed_seconds)

    def test_between_announces(self, peer: Any, clock: Any, seconds: Any) -> None:
        peer.announce()
        assert seconds() == 0
        for _ in range(3):
            clock.shift(1800)
            peer.announce()
        assert seconds() == 5400
        clock.shift(100)
        peer.announce(event="stopped")
        assert seconds() == 5500

    def test_not_across_a_gap(self, peer: Any, clock: Any, seconds: Any) -> None:
        peer.announce()
        clock.shift(3601)
        peer.announce()
        assert seconds() == 0
        clock.shift(3600)
        peer.announce()
        assert seconds() == 3600

    def test_not_while_leeching(self, peer: Any, clock: Any, seconds: Any) -> None:
        peer.announce(left=1000)
        clock.shift(1800)
        peer.announce(0, 1000, 0, event="completed")
        assert seconds() == 0

    def test_two_clients_do_not_seed_longer(
        self, site: Any, user: Any, torrent: Any, peer: Any, clock: Any, seconds: Any
    ) -> None:
        other = site.peer(user, torrent)
        for _ in range(3):
            peer.announce()
            other.announce()
            clock.shift(1800)
        assert seconds() == 3600
