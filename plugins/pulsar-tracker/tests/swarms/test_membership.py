"""Who is in a swarm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from zope.interface.verify import verifyObject

from tracker.interfaces import ISwarmStore
from tracker.protocol.errors import TrackerError
from tracker.swarms.types import Counts, Peer

MakePeer = Callable[..., Peer]


class TestInterface:
    def test_is_provided(self, store: Any) -> None:
        assert verifyObject(ISwarmStore, store)


class TestCounts:
    def test_nobody(self, store: Any) -> None:
        assert store.counts(1) == Counts(0, 0, 0)
        assert store.scrape([1, 2]) == {1: Counts(0, 0, 0), 2: Counts(0, 0, 0)}

    def test_announce_tells_them(self, store: Any, peer: MakePeer) -> None:
        assert store.announce(1, peer(1), 0, 0).counts == Counts(0, 1, 1)
        assert store.announce(1, peer(2, left=0), 0, 0).counts == Counts(1, 1, 1)
        assert store.announce(1, peer(3, event="paused"), 0, 0).counts == Counts(1, 2, 1)
        assert store.counts(1) == Counts(1, 2, 1)
        assert store.scrape([1, 9]) == {1: Counts(1, 2, 1), 9: Counts(0, 0, 0)}

    def test_twice_is_once(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        assert store.announce(1, peer(1), 1, 0).counts == Counts(0, 1, 1)

    def test_both_families_are_one_peer(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, family=4), 0, 0)
        assert store.announce(1, peer(1, family=6), 0, 0).counts == Counts(0, 1, 1)

    def test_a_leecher_becomes_a_seeder(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        assert store.announce(1, peer(1, left=0), 1, 0).counts == Counts(1, 0, 0)

    def test_a_partial_seed_goes_on(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, event="paused"), 0, 0)
        assert store.announce(1, peer(1), 1, 0).counts == Counts(0, 1, 1)

    def test_stopping(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        assert store.announce(1, peer(1, event="stopped"), 1, 0).counts == Counts(0, 0, 0)
        assert store.peers(1) == []

    def test_a_stranger_stops(self, store: Any, peer: MakePeer) -> None:
        outcome = store.announce(1, peer(1, event="stopped"), 0, 0)
        assert outcome.counts == Counts(0, 0, 0)
        assert outcome.record is None
        assert not outcome.first_seen
        assert store.snapshot() == []
        assert not store.ledger.drain()

    def test_torrents_are_separate(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(2, peer(1, left=0), 0, 0)
        assert store.scrape([1, 2]) == {1: Counts(0, 1, 1), 2: Counts(1, 0, 0)}


class TestPeers:
    def test_of_a_torrent(self, store: Any, peer: MakePeer) -> None:
        announced = peer(1, both=True, uploaded=1, downloaded=2, left=3)
        store.announce(7, announced, 100.5, 0)
        (record,) = store.peers(7)
        assert record.key == (7, 1, announced.peer_id)
        assert (record.endpoint4, record.endpoint6) == (announced.endpoint4, announced.endpoint6)
        assert (record.uploaded, record.downloaded, record.left) == (1, 2, 3)
        assert (record.active, record.paused) == (True, False)
        assert (record.joined, record.seen) == (100.5, 100.5)
        assert store.peers(8) == []

    def test_of_a_user(self, store: Any, peer: MakePeer) -> None:
        for torrent_id, user_id, client in [(2, 1, 0), (1, 1, 0), (1, 1, 1), (1, 2, 0)]:
            store.announce(torrent_id, peer(user_id, client), 0, 0)
        store.announce(2, peer(1, 1, event="stopped"), 0, 0)
        assert [record.key[:2] for record in store.user_peers(1)] == [(1, 1), (1, 1), (2, 1)]
        store.announce(2, peer(1, 0, event="stopped"), 0, 0)
        assert [record.torrent_id for record in store.user_peers(1)] == [1, 1]
        assert store.user_peers(3) == []

    def test_both_families_add_up(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, family=4), 0, 0)
        store.announce(1, peer(1, family=6), 1, 0)
        (record,) = store.peers(1)
        assert record.endpoint4 == peer(1, family=4).endpoint4
        assert record.endpoint6 == peer(1, family=6).endpoint6

    def test_a_silent_family_is_dropped(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, family=6), 0, 0)
        store.announce(1, peer(1, family=4), 7199, 0)
        assert store.peers(1)[0].endpoint6 is not None
        store.announce(1, peer(1, family=4), 7200, 0)
        assert store.peers(1)[0].endpoint6 is None

    def test_a_family_that_is_heard_of_stays(self, store: Any, peer: MakePeer) -> None:
        for now, family in [(0, 6), (5000, 4), (7000, 6), (14000, 4)]:
            store.announce(1, peer(1, family=family), now, 0)
        assert store.peers(1)[0].endpoint6 is not None

    def test_a_peer_that_moves(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(1, port=7777), 1, 0)
        assert store.peers(1)[0].endpoint4[-2:] == (7777).to_bytes(2, "big")
        assert store.announce(1, peer(2), 2, 50).peers4 == peer(1, port=7777).endpoint4

    def test_a_new_session_has_no_old_endpoints(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, both=True), 0, 0)
        store.announce(1, peer(1, event="stopped"), 1, 0)
        store.announce(1, peer(1, event="started"), 2, 0)
        assert store.peers(1)[0].endpoint6 is None


class TestLocations:
    def test_the_fourth_is_refused(self, store: Any, peer: MakePeer) -> None:
        for client in range(3):
            store.announce(1, peer(1, client), 0, 0)
        assert store.locations(1, 1, 0) == 3
        with pytest.raises(TrackerError) as caught:
            store.announce(1, peer(1, 3), 1, 50)
        assert caught.value.reason == "You have this torrent in 3 clients already."
        assert caught.value.retry_in == 30
        assert store.locations(1, 1, 1) == 3
        assert store.counts(1) == Counts(0, 3, 3)

    def test_the_three_go_on(self, store: Any, peer: MakePeer) -> None:
        for now in range(2):
            for client in range(3):
                store.announce(1, peer(1, client), now, 0)

    def test_stopping_is_always_possible(self, store: Any, peer: MakePeer) -> None:
        for client in range(3):
            store.announce(1, peer(1, client), 0, 0)
        store.announce(1, peer(1, 3, event="stopped"), 1, 0)
        store.announce(1, peer(1, 0, event="stopped"), 2, 0)
        assert store.locations(1, 1, 2) == 2
        store.announce(1, peer(1, 3), 3, 0)
        with pytest.raises(TrackerError):
            store.announce(1, peer(1, 0), 4, 0)

    def test_the_silent_do_not_count(self, store: Any, peer: MakePeer) -> None:
        for client in range(3):
            store.announce(1, peer(1, client), 0, 0)
        assert store.locations(1, 1, 7199) == 3
        assert store.locations(1, 1, 7200) == 0
        store.announce(1, peer(1, 3), 7200, 0)
        for client in (0, 1):
            store.announce(1, peer(1, client), 7201, 0)
        with pytest.raises(TrackerError):
            store.announce(1, peer(1, 2), 7202, 0)

    def test_other_torrents_and_users(self, store: Any, peer: MakePeer) -> None:
        for client in range(3):
            store.announce(1, peer(1, client), 0, 0)
        store.announce(2, peer(1, 3), 0, 0)
        store.announce(1, peer(2, 3), 0, 0)
        assert store.locations(1, 2, 0) == 1
        assert store.locations(9, 9, 0) == 0

    def test_the_number_is_a_rule(self, make_store: Callable[..., Any], peer: MakePeer) -> None:
        store = make_store(max_locations=1)
        store.announce(1, peer(1, 0), 0, 0)
        with pytest.raises(TrackerError, match="in 1 clients already"):
            store.announce(1, peer(1, 1), 0, 0)

    @pytest.mark.parametrize("family", [4, 6])
    def test_a_restarted_client_replaces_itself(
        self, store: Any, peer: MakePeer, family: int
    ) -> None:
        for client in range(3):
            store.announce(1, peer(1, client, family=family), 0, 0)
        outcome = store.announce(1, peer(1, 3, port=6001, family=family), 1, 50)
        (replaced,) = outcome.replaced
        assert replaced.peer_id == peer(1, 1).peer_id
        assert not replaced.active
        assert store.locations(1, 1, 1) == 3
        assert outcome.counts == Counts(0, 3, 3)
        assert store.ledger.drain().peers[replaced.key] == replaced
        store.announce(1, peer(2), 7200, 0)
        assert len(store.reap(7200)) == 3
        assert store.counts(1) == Counts(0, 2, 2)

    def test_somebody_else_cannot_replace_it(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        stolen = peer(2)._replace(endpoint4=peer(1).endpoint4)
        assert store.announce(1, stolen, 1, 0).replaced == ()
        assert store.counts(1) == Counts(0, 2, 2)

    def test_a_user_with_endless_peer_ids(self, store: Any, peer: MakePeer) -> None:
        for client in range(100):
            store.announce(1, peer(1, client, event="started"), client, 0)
            store.announce(1, peer(1, client, event="stopped"), client, 0)
        assert len(store.snapshot()) < 20
        batch = store.ledger.drain()
        assert len([record for record in batch.peers.values() if record]) < 20


class TestReap:
    def test_drops_the_silent(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(2, peer(1, both=True), 50, 0)
        store.announce(1, peer(2, left=0), 100, 0)
        assert store.reap(7199) == []
        dropped = store.reap(7299)
        assert [record.key[:2] for record in dropped] == [(1, 1), (2, 1)]
        assert store.counts(1) == Counts(1, 0, 0)
        assert store.counts(2) == Counts(0, 0, 0)
        assert store.user_peers(1) == []
        assert store.announce(1, peer(3), 7300, 50).peers4 == peer(2).endpoint4

    def test_an_announce_is_a_sign_of_life(self, store: Any, peer: MakePeer) -> None:
        for user_id in (1, 2):
            store.announce(1, peer(user_id), 0, 0)
        store.announce(1, peer(1), 5000, 0)
        assert [record.user_id for record in store.reap(7200)] == [2]
        assert [record.user_id for record in store.reap(12200)] == [1]

    def test_other_timeout(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        assert store.reap(59, 60) == []
        assert len(store.reap(60, 60)) == 1

    def test_the_stopped_are_dropped_too(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(1, event="stopped"), 10, 0)
        assert len(store.snapshot()) == 1
        assert [record.active for record in store.reap(7210)] == [False]
        assert store.snapshot() == []

    def test_many(self, store: Any, peer: MakePeer) -> None:
        for user_id in range(1, 1203):
            store.announce(user_id % 7, peer(user_id), 0, 0)
        store.announce(1, peer(1, event="started"), 100, 0)
        assert len(store.reap(7250)) == 1201
        assert len(store.snapshot()) == 1

    def test_the_ledger_is_told(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(2, left=0), 10, 0)
        store.ledger.drain()
        (dropped,) = store.reap(7200)
        batch = store.ledger.drain()
        assert batch.peers == {dropped.key: None}
        assert batch.torrents[1].counts == Counts(1, 0, 0)


class TestForget:
    def test_drops_all(self, store: Any, peer: MakePeer) -> None:
        for user_id in (1, 2):
            store.announce(1, peer(user_id), 0, 0)
        store.announce(2, peer(1), 0, 0)
        store.announce(1, peer(2, event="stopped"), 0, 0)
        store.ledger.drain()
        assert sorted(record.user_id for record in store.forget(1)) == [1, 2]
        assert store.counts(1) == Counts(0, 0, 0)
        assert [record.torrent_id for record in store.user_peers(1)] == [2]
        assert set(store.ledger.drain().peers.values()) == {None}

    def test_nothing(self, store: Any) -> None:
        assert store.forget(1) == []
