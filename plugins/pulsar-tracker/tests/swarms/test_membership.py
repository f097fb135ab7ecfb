"""Who is in a swarm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tracker.journal.record import ACTIVE, GONE, NO_ENDPOINT6
from tracker.protocol.errors import TrackerError

from .conftest import Counts, Peer, is_paused

MakePeer = Callable[..., Peer]


class TestCounts:
    def test_nobody(self, store: Any) -> None:
        assert store.counts(1) == Counts(0, 0, 0)

    def test_announce_tells_them(self, store: Any, peer: MakePeer) -> None:
        assert store.announce(1, peer(1), 0, 0).counts == Counts(0, 1, 1)
        assert store.announce(1, peer(2, left=0), 0, 0).counts == Counts(1, 1, 1)
        assert store.announce(1, peer(3, event="paused"), 0, 0).counts == Counts(1, 2, 1)
        assert store.counts(1) == Counts(1, 2, 1)
        assert store.counts(9) == Counts(0, 0, 0)

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
        assert store.known() == []
        assert store.journal == []

    def test_torrents_are_separate(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(2, peer(1, left=0), 0, 0)
        assert (store.counts(1), store.counts(2)) == (Counts(0, 1, 1), Counts(1, 0, 0))


class TestPeers:
    def test_of_a_torrent(self, store: Any, peer: MakePeer) -> None:
        announced = peer(1, both=True, uploaded=1, downloaded=2, left=3)
        store.announce(7, announced, 100.5, 0)
        (record,) = store.peers(7)
        assert (record.torrent_id, record.user_id, record.peer_id) == (7, 1, announced.peer_id)
        assert (record.endpoint4, record.endpoint6) == (announced.endpoint4, announced.endpoint6)
        assert (record.uploaded, record.downloaded, record.left) == (1, 2, 3)
        assert record.flags & ACTIVE
        assert not is_paused(record)
        assert (record.joined, record.now) == (100, 100.5)
        assert store.peers(8) == []

    def test_both_families_add_up(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, family=4), 0, 0)
        store.announce(1, peer(1, family=6), 1, 0)
        (record,) = store.peers(1)
        assert record.endpoint4 == peer(1, family=4).endpoint4
        assert record.endpoint6 == peer(1, family=6).endpoint6

    def test_a_silent_family_is_dropped(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, family=6), 0, 0)
        for now in (1800, 3600):
            store.announce(1, peer(1, family=4), now, 0)
            assert store.peers(1)[0].endpoint6 == peer(1, family=6).endpoint6
        store.announce(1, peer(1, family=4), 5400, 0)
        assert store.peers(1)[0].endpoint6 == NO_ENDPOINT6
        assert store.announce(1, peer(2, family=6), 5400, 50).peers6 == b""

    def test_a_family_that_is_heard_of_stays(self, store: Any, peer: MakePeer) -> None:
        for now, family in [(0, 6), (1, 4), (1800, 4), (1801, 6), (3600, 4), (5400, 4)]:
            store.announce(1, peer(1, family=family), now, 0)
            assert store.peers(1)[0].endpoint6 == peer(1, family=6).endpoint6

    def test_a_peer_that_moves(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(1, port=7777), 1, 0)
        assert store.peers(1)[0].endpoint4[-2:] == (7777).to_bytes(2, "big")
        assert store.announce(1, peer(2), 2, 50).peers4 == peer(1, port=7777).endpoint4

    def test_a_new_session_has_no_old_endpoints(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, both=True), 0, 0)
        store.announce(1, peer(1, event="stopped"), 1, 0)
        store.announce(1, peer(1, event="started"), 2, 0)
        assert store.peers(1)[0].endpoint6 == NO_ENDPOINT6


class TestLocations:
    def test_the_fourth_is_refused(self, store: Any, peer: MakePeer) -> None:
        for client in range(3):
            store.announce(1, peer(1, client), 0, 0)
        assert store.locations(1, 1) == 3
        with pytest.raises(TrackerError) as caught:
            store.announce(1, peer(1, 3), 1, 50)
        assert caught.value.reason == "You have this torrent in 3 clients already."
        assert caught.value.retry_in == 30
        assert store.locations(1, 1) == 3
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
        assert store.locations(1, 1) == 2
        store.announce(1, peer(1, 3), 3, 0)
        with pytest.raises(TrackerError):
            store.announce(1, peer(1, 0), 4, 0)

    def test_the_overdue_make_room(self, store: Any, peer: MakePeer) -> None:
        for client in range(3):
            store.announce(1, peer(1, client), 0, 0)
        with pytest.raises(TrackerError):
            store.announce(1, peer(1, 3), 2100, 0)
        told = store.announce(1, peer(1, 3), 2101, 0)
        assert {record.peer_id for record in told.replaced} == {
            peer(1, client).peer_id for client in range(3)
        }
        assert store.locations(1, 1) == 1

    def test_the_overdue_stay_while_there_is_room(self, store: Any, peer: MakePeer) -> None:
        for client in range(2):
            store.announce(1, peer(1, client), 0, 0)
        assert store.announce(1, peer(1, 2), 5000, 0).replaced == ()
        assert store.locations(1, 1) == 3

    def test_the_same_key_makes_room(self, store: Any, peer: MakePeer) -> None:
        for client in range(3):
            store.announce(1, peer(1, client, key=bytes((client,)) * 4), 0, 0)
        (replaced,) = store.announce(1, peer(1, 3, key=b"\1\1\1\1"), 1, 0).replaced
        assert replaced.peer_id == peer(1, 1).peer_id

    def test_clients_without_a_key_are_different(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, 0), 0, 0)
        assert store.announce(1, peer(1, 1), 1, 0).replaced == ()

    def test_other_torrents_and_users(self, store: Any, peer: MakePeer) -> None:
        for client in range(3):
            store.announce(1, peer(1, client), 0, 0)
        store.announce(2, peer(1, 3), 0, 0)
        store.announce(1, peer(2, 3), 0, 0)
        assert store.locations(1, 2) == 1
        assert store.locations(9, 9) == 0

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
        assert not replaced.flags & ACTIVE
        assert store.locations(1, 1) == 3
        assert outcome.counts == Counts(0, 3, 3)
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
        assert len(store.known()) < 20
        assert sum(record.kind == GONE for record in store.journal) > 80


class TestReap:
    def test_drops_the_silent(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(2, peer(1, both=True), 50, 0)
        store.announce(1, peer(2, left=0), 100, 0)
        assert store.reap(7199) == []
        dropped = store.reap(7299)
        assert [(record.torrent_id, record.user_id) for record in dropped] == [(1, 1), (2, 1)]
        assert {record.kind for record in dropped} == {GONE}
        assert store.counts(1) == Counts(1, 0, 0)
        assert store.counts(2) == Counts(0, 0, 0)
        assert store.announce(1, peer(3), 7300, 50).peers4 == peer(2).endpoint4

    def test_an_announce_is_a_sign_of_life(self, store: Any, peer: MakePeer) -> None:
        for user_id in (1, 2):
            store.announce(1, peer(user_id), 0, 0)
        store.announce(1, peer(1), 5000, 0)
        assert [record.user_id for record in store.reap(7200)] == [2]
        assert [record.user_id for record in store.reap(12200)] == [1]

    def test_the_stopped_are_dropped_too(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(1, event="stopped"), 10, 0)
        assert len(store.known()) == 1
        assert len(store.reap(7210)) == 1
        assert store.known() == []

    def test_many(self, store: Any, peer: MakePeer) -> None:
        for user_id in range(1, 1203):
            store.announce(user_id % 7, peer(user_id), 0, 0)
        store.announce(1, peer(1, event="started"), 100, 0)
        assert len(store.reap(7250)) == 1201
        assert len(store.known()) == 1

    def test_the_record_has_what_is_left(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(2, left=0), 10, 0)
        (dropped,) = store.reap(7200)
        assert (dropped.user_id, dropped.peer_id) == (1, peer(1).peer_id)
        assert (dropped.complete, dropped.incomplete) == (1, 0)

    def test_sizes(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(2, peer(1, left=0), 0, 0)
        store.announce(1, peer(2, left=0), 0, 0)
        assert store.store.sizes() == (2, 2, 1)
        store.announce(2, peer(1, left=0, event="stopped"), 1, 0)
        assert store.store.sizes() == (2, 1, 1)
        store.reap(9000)
        assert store.store.sizes() == (0, 0, 0)


class TestForget:
    def test_drops_all(self, store: Any, peer: MakePeer) -> None:
        for user_id in (1, 2):
            store.announce(1, peer(user_id), 0, 0)
        store.announce(2, peer(1), 0, 0)
        store.announce(1, peer(2, event="stopped"), 0, 0)
        assert sorted(record.user_id for record in store.forget(1)) == [1, 2]
        assert store.counts(1) == Counts(0, 0, 0)
        assert [record.torrent_id for record in store.known()] == [2]

    def test_nothing(self, store: Any) -> None:
        assert store.forget(1) == []
