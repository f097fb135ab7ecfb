"""Whom an announcing peer is told about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.protocol.errors import TrackerError
from tracker.swarms.types import Counts, Peer

MakePeer = Callable[..., Peer]


def split(packed: bytes, width: int) -> list[bytes]:
    """Packed endpoints or peer ids one by one."""
    return [packed[start : start + width] for start in range(0, len(packed), width)]


@pytest.fixture
def fill(store: Any, peer: MakePeer) -> Callable[..., None]:
    """Announce seeders (users from 100) and leechers (users from 1000) of torrent 1."""

    def announce(seeders: int, leechers: int, **options: Any) -> None:
        for number in range(seeders):
            store.announce(1, peer(100 + number, left=0, **options), 0, 0)
        for number in range(leechers):
            store.announce(1, peer(1000 + number, **options), 0, 0)

    return announce


def users(packed: bytes) -> set[int]:
    """The users at IPv4 endpoints, which the addresses are made of."""
    endpoints = split(packed, 6)
    assert len(set(endpoints)) == len(endpoints)
    return {int.from_bytes(endpoint[1:4], "big") for endpoint in endpoints}


class TestRoles:
    def test_a_leecher_is_told_of_all(self, store, peer, fill) -> None:
        fill(2, 3)
        assert users(store.announce(1, peer(1), 0, 50).peers4) == {100, 101, 1000, 1001, 1002}

    def test_seeders_come_first(self, store, peer, fill) -> None:
        fill(3, 10)
        for now in range(5):
            told = users(store.announce(1, peer(1), now, 5).peers4)
            assert len(told) == 5
            assert told >= {100, 101, 102}

    @pytest.mark.parametrize("options", [{"left": 0}, {"event": "paused"}])
    def test_who_does_not_download_is_told_of_leechers(self, store, peer, fill, options) -> None:
        fill(3, 2)
        store.announce(1, peer(50, event="paused"), 0, 0)
        assert users(store.announce(1, peer(1, **options), 0, 50).peers4) == {1000, 1001}

    def test_a_leecher_is_told_of_partial_seeds(self, store, peer) -> None:
        store.announce(1, peer(50, event="paused"), 0, 0)
        assert users(store.announce(1, peer(1), 0, 50).peers4) == {50}

    def test_not_of_himself(self, store, peer) -> None:
        for client in range(3):
            outcome = store.announce(1, peer(1, client), 0, 50)
            assert outcome.peers4 == b""
        assert store.announce(1, peer(1, 0, left=0), 1, 50).peers4 == b""
        assert store.announce(1, peer(1, 1), 1, 50).peers4 == b""

    def test_not_of_those_who_left(self, store, peer, fill) -> None:
        fill(2, 0)
        store.announce(1, peer(100, left=0, event="stopped"), 1, 0)
        assert users(store.announce(1, peer(1), 2, 50).peers4) == {101}

    def test_who_stops_is_told_nothing(self, store, peer, fill) -> None:
        fill(2, 2)
        store.announce(1, peer(1), 0, 0)
        assert store.announce(1, peer(1, event="stopped"), 1, 50).peers4 == b""

    @pytest.mark.parametrize("numwant", [0, 1, 4, 5, 6])
    def test_numwant(self, store, peer, fill, numwant: int) -> None:
        fill(2, 3)
        assert len(users(store.announce(1, peer(1), 0, numwant).peers4)) == min(numwant, 5)


class TestFamilies:
    def test_who_has_only_one_is_told_of_that(self, store, peer, fill) -> None:
        fill(2, 2, both=True)
        store.announce(1, peer(50, family=6), 0, 0)
        outcome = store.announce(1, peer(1, family=4), 0, 50)
        assert (len(outcome.peers4), len(outcome.peers6)) == (4 * 6, 0)
        outcome = store.announce(1, peer(2, family=6), 0, 50)
        assert (len(outcome.peers4), len(outcome.peers6)) == (0, 5 * 18)

    def test_who_has_both_is_told_of_both(self, store, peer, fill) -> None:
        fill(2, 0, family=4)
        store.announce(1, peer(50, family=6), 0, 0)
        store.announce(1, peer(1, family=4), 0, 0)
        outcome = store.announce(1, peer(1, family=6), 0, 50)
        assert outcome.peers6 == peer(50, family=6).endpoint6
        assert users(outcome.peers4) == {100, 101}

    def test_the_family_of_the_connection_comes_first(self, store, peer, fill) -> None:
        fill(3, 0, both=True)
        outcome = store.announce(1, peer(1, both=True, family=6), 0, 4)
        assert (len(outcome.peers4), len(outcome.peers6)) == (1 * 6, 3 * 18)
        outcome = store.announce(1, peer(1, both=True, family=4), 1, 2)
        assert (len(outcome.peers4), len(outcome.peers6)) == (2 * 6, 0)


class TestPeerIds:
    def test_only_on_request(self, store, peer, fill) -> None:
        fill(2, 2, both=True)
        outcome = store.announce(1, peer(1), 0, 50)
        assert (outcome.peer_ids4, outcome.peer_ids6) == (b"", b"")

    @pytest.mark.parametrize("numwant", [1, 3, 50])
    def test_belong_to_the_endpoints(self, store, peer, fill, numwant: int) -> None:
        fill(3, 4, family=4)
        fill(2, 0, family=6)
        for user_id in range(1, 8):
            outcome = store.announce(1, peer(user_id, both=True), 0, numwant, peer_ids=True)
            told = [
                *zip(split(outcome.peers4, 6), split(outcome.peer_ids4, 20), strict=True),
                *zip(split(outcome.peers6, 18), split(outcome.peer_ids6, 20), strict=True),
            ]
            known = {record.peer_id: record for record in store.peers(1)}
            for endpoint, peer_id in told:
                assert endpoint in (known[peer_id].endpoint4, known[peer_id].endpoint6)


class TestFairness:
    def test_everybody_in_turn(self, store, peer, fill) -> None:
        fill(0, 30)
        seen: Counter[int] = Counter()
        for now in range(30):
            seen.update(users(store.announce(1, peer(1, left=0), now, 7).peers4))
        assert len(seen) == 30
        assert set(seen.values()) == {7}

    def test_in_turn_although_some_are_left_out(self, store, peer, fill) -> None:
        fill(0, 30)
        seen: Counter[int] = Counter()
        for now in range(60):
            caller = 1000 + now % 30
            seen.update(users(store.announce(1, peer(caller), now, 7).peers4))
        assert len(seen) == 30
        assert max(seen.values()) - min(seen.values()) <= 4

    def test_while_they_come_and_go(self, store, peer, fill) -> None:
        fill(0, 40)
        seen: Counter[int] = Counter()
        for now in range(400):
            guest = 5000 + now
            store.announce(1, peer(guest), now, 0)
            seen.update(users(store.announce(1, peer(1, left=0), now, 5).peers4))
            store.announce(1, peer(guest, event="stopped"), now, 0)
        stayed = [seen[user_id] for user_id in range(1000, 1040)]
        assert min(stayed) >= 25


ANNOUNCES = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.integers(0, 2),
        st.sampled_from([0, 500]),
        st.sampled_from(["", "", "", "started", "completed", "paused", "stopped"]),
        st.sampled_from([4, 6]),
        st.booleans(),
        st.integers(0, 4),
        st.sampled_from([0, 0, 0, 100, 4000]),
    ),
    max_size=60,
)


class TestModel:
    @settings(
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(ANNOUNCES)
    def test_any_sequence(self, make_store, peer, announces) -> None:
        """What is told fits what is known, whatever happened before."""
        store = make_store()
        now = 0
        for user_id, client, left, event, family, both, numwant, pause in announces:
            now += pause
            if pause == 4000:
                store.reap(now)
            before = {record.key: record for record in store.peers(1)}
            announce = peer(user_id, client, left=left, event=event, family=family, both=both)
            try:
                outcome = store.announce(1, announce, now, numwant, peer_ids=True)
            except TrackerError:
                assert {record.key: record for record in store.peers(1)} == before
                continue
            known = store.peers(1)
            self.check_counts(outcome.counts, known)
            assert store.counts(1) == outcome.counts
            told = {
                *zip(split(outcome.peers4, 6), split(outcome.peer_ids4, 20), strict=True),
                *zip(split(outcome.peers6, 18), split(outcome.peer_ids6, 20), strict=True),
            }
            assert len(told) == len(outcome.peers4) // 6 + len(outcome.peers6) // 18
            useful = self.useful(announce, known)
            if outcome.record is None or event == "stopped":
                assert not told
            else:
                assert told <= useful
                assert len(told) == min(numwant, len(useful))
        assert store.scrape([1])[1] == store.counts(1)
        for record in store.forget(1):
            assert record.torrent_id == 1
        assert store.counts(1) == Counts(0, 0, 0)
        assert store.snapshot() == []

    def check_counts(self, counts: Counts, known: list[Any]) -> None:
        complete = [record for record in known if record.left == 0]
        partial = [record for record in known if record.left and record.paused]
        assert counts.complete == len(complete)
        assert counts.incomplete == len(known) - len(complete)
        assert counts.downloaders == counts.incomplete - len(partial)

    def useful(self, announce: Peer, known: list[Any]) -> set[tuple[bytes, bytes]]:
        own = next((r for r in known if r.peer_id == announce.peer_id), None)
        if own is None:
            return set()
        gives_only = own.left == 0 or own.paused
        return {
            (endpoint, record.peer_id)
            for record in known
            if record.user_id != announce.user_id
            and not (gives_only and (record.left == 0 or record.paused))
            for endpoint, wanted in (
                (record.endpoint4, own.endpoint4),
                (record.endpoint6, own.endpoint6),
            )
            if endpoint is not None and wanted is not None
        }
