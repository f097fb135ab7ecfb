"""What announces add to the accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import Peer

MakePeer = Callable[..., Peer]
GIB = 1024**3


class TestDeltas:
    def test_the_first_announce_credits_nothing(self, store: Any, peer: MakePeer) -> None:
        outcome = store.announce(1, peer(1, uploaded=500, downloaded=300), 0, 0)
        assert outcome.deltas == (0, 0)
        assert outcome.first_seen
        assert outcome.refused == (0, 0)

    def test_what_was_added(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, uploaded=500, downloaded=300), 0, 0)
        outcome = store.announce(1, peer(1, uploaded=600, downloaded=350), 900, 0)
        assert outcome.deltas == (100, 50)
        assert not outcome.first_seen
        assert store.announce(1, peer(1, uploaded=600, downloaded=350), 1800, 0).deltas == (0, 0)

    def test_the_last_bytes_count(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        outcome = store.announce(1, peer(1, uploaded=7, downloaded=8, event="stopped"), 9, 0)
        assert outcome.deltas == (7, 8)

    def test_going_backwards_credits_nothing(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, uploaded=500, downloaded=100), 0, 0)
        assert store.announce(1, peer(1, uploaded=0, downloaded=150), 900, 0).deltas == (0, 50)
        assert store.announce(1, peer(1, uploaded=40, downloaded=150), 1800, 0).deltas == (40, 0)

    def test_peer_ids_count_for_themselves(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, 0, uploaded=100), 0, 0)
        store.announce(1, peer(1, 1, uploaded=900), 0, 0)
        assert store.announce(1, peer(1, 0, uploaded=110), 900, 0).deltas == (10, 0)
        assert store.announce(1, peer(1, 1, uploaded=930), 900, 0).deltas == (30, 0)

    def test_torrents_and_users_count_for_themselves(self, store: Any, peer: MakePeer) -> None:
        same_id = peer(2)._replace(peer_id=peer(1).peer_id)
        store.announce(1, peer(1, uploaded=100), 0, 0)
        assert store.announce(2, peer(1, uploaded=500), 0, 0).first_seen
        assert store.announce(1, same_id._replace(uploaded=500), 0, 0).first_seen

    def test_a_paused_session(self, store: Any, peer: MakePeer) -> None:
        """Clients stop and start again with the same peer id and their counters at zero."""
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(1, uploaded=1000, event="stopped"), 900, 0)
        outcome = store.announce(1, peer(1, uploaded=0, event="started"), 905, 0)
        assert outcome.deltas == (0, 0)
        assert store.announce(1, peer(1, uploaded=300), 1800, 0).deltas == (300, 0)

    def test_a_session_that_starts_with_more(self, store: Any, peer: MakePeer) -> None:
        """Its first ``started`` was not heard, but the client counts from zero all the same."""
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(1, uploaded=1000, event="stopped"), 900, 0)
        outcome = store.announce(1, peer(1, uploaded=5000, event="started"), 1000, 0)
        assert outcome.deltas == (5000, 0)


class TestCopies:
    """The same announce over both families, or for both hashes of a hybrid torrent."""

    @pytest.mark.parametrize("family", [4, 6])
    def test_count_once(self, store: Any, peer: MakePeer, family: int) -> None:
        events = ["started", "", "", "completed", "stopped"]
        total = 0
        for step, event in enumerate(events):
            for copy in (4, family):
                announce = peer(1, uploaded=100 * step, event=event, family=copy, left=0)
                total += store.announce(1, announce, 900 * step, 0).deltas[0]
        assert total == 400

    def test_a_late_copy(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, event="started"), 0, 0)
        assert store.announce(1, peer(1, uploaded=100), 900, 0).deltas == (100, 0)
        late = peer(1, uploaded=90, family=6, event="started")
        assert store.announce(1, late, 905, 0).deltas == (0, 0)
        assert store.announce(1, peer(1, uploaded=150), 1800, 0).deltas == (50, 0)

    def test_a_late_copy_is_no_news(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(1, downloaded=1000, left=0, event="completed"), 100, 0)
        outcome = store.announce(1, peer(1, downloaded=900, left=100, family=6), 101, 0)
        assert outcome.counts.complete == 1
        store.announce(1, peer(1, downloaded=1000, left=0, event="stopped"), 200, 0)
        outcome = store.announce(1, peer(1, downloaded=900, left=100, family=6), 201, 0)
        assert outcome.counts == (0, 0, 0)

    def test_bytes_that_only_the_second_farewell_knows(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        first = store.announce(1, peer(1, uploaded=100, event="stopped"), 900, 0)
        second = store.announce(1, peer(1, uploaded=130, event="stopped", family=6), 901, 0)
        assert (first.deltas, second.deltas) == ((100, 0), (30, 0))
        assert second.counts == (0, 0, 0)

    @settings(
        max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(st.integers(0, 10**9), min_size=1, max_size=12), st.data())
    def test_in_any_order(self, make_store, peer, steps: list[int], data: st.DataObject) -> None:
        """Copies that overtake each other within the lag add up to what the client sent."""
        store = make_store(max_speed=2**62)
        store.announce(1, peer(1), 0, 0)
        sent = [sum(steps[: count + 1]) for count in range(len(steps))]
        copies = data.draw(st.permutations([(uploaded, f) for uploaded in sent for f in (4, 6)]))
        total = sum(
            store.announce(1, peer(1, uploaded=uploaded, family=f), 1, 0).deltas[0]
            for uploaded, f in copies
        )
        assert total == sent[-1]


class TestSpeed:
    def test_nobody_is_that_fast(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        outcome = store.announce(1, peer(1, uploaded=2 * GIB * 900 + 1, downloaded=5), 900, 0)
        assert outcome.deltas == (0, 5)
        assert (outcome.refused[0], outcome.refused[1]) == (2 * GIB * 900 + 1, 0)

    def test_somebody_is_that_fast(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        outcome = store.announce(1, peer(1, downloaded=2 * GIB * 900), 900, 0)
        assert outcome.refused == (0, 0)
        assert outcome.deltas == (0, 2 * GIB * 900)

    def test_waiting_does_not_help(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(1, uploaded=2**60), 900, 0)
        assert store.announce(1, peer(1, uploaded=2**60 + 1), 7000, 0).deltas == (1, 0)

    def test_less_than_a_second(self, make_store: Callable[..., Any], peer: MakePeer) -> None:
        store = make_store(max_speed=1000)
        store.announce(1, peer(1), 10.0, 0)
        assert store.announce(1, peer(1, uploaded=1000), 10.0, 0).deltas == (1000, 0)
        assert store.announce(1, peer(1, uploaded=2001), 10.5, 0).refused[0]

    def test_is_entered_but_not_credited(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        told = store.announce(1, peer(1, uploaded=2**60, downloaded=2**50), 900, 0)
        assert told.refused == (2**60, 2**50)
        assert told.deltas == (0, 0)
        assert (told.record.credit_up, told.record.credit_down) == (0, 0)

    def test_of_all_clients_together(self, make_store: Callable[..., Any], peer: MakePeer) -> None:
        """Three clients that are each as fast as anybody can be are too fast together."""
        store = make_store(max_speed=1000, min_interval=0)
        for client in range(3):
            store.announce(client, peer(1, client), 0, 0)
        told = [
            store.announce(client, peer(1, client, uploaded=100_000), 100, 0) for client in range(3)
        ]
        assert [each.deltas[0] for each in told] == [100_000, 0, 0]
        assert [each.refused[0] for each in told] == [0, 100_000, 100_000]

    @settings(
        max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        st.lists(
            st.tuples(
                st.floats(0.001, 4000), st.integers(0, 5), st.integers(0, 10**6), st.booleans()
            ),
            max_size=80,
        )
    )
    def test_credit_is_no_more_than_speed_times_time(self, make_store, peer, steps) -> None:
        store, now, credit = make_store(max_speed=1000), 1000.0, 0
        counters = [0] * 6
        for client in range(6):
            store.announce(client // 3, peer(1, client, event="started"), now, 0)
        for pause, client, amount, completed in steps:
            now += pause
            counters[client] += amount
            event = "completed" if completed else ""
            announce = peer(1, client, uploaded=counters[client], event=event)
            credit += store.announce(client // 3, announce, now, 0).deltas[0]
            assert credit <= 1000 * (now - 1000.0 + 1)


class TestRates:
    @pytest.mark.parametrize(
        ("upload", "download", "credit"),
        [
            (100, 100, (1001, 501)),
            (100, 0, (1001, 0)),
            (0, 0, (0, 0)),
            (200, 100, (2002, 501)),
            (100, 50, (1001, 250)),
        ],
    )
    def test_apply_to_the_account_only(
        self, store: Any, peer: MakePeer, upload: int, download: int, credit: tuple[int, int]
    ) -> None:
        torrent = store.torrent(1)
        torrent.upload_rate, torrent.download_rate = upload, download
        store.announce(1, peer(1), 0, 0)
        told = store.announce(1, peer(1, uploaded=1001, downloaded=501), 900, 0)
        assert told.deltas == (1001, 501)
        assert (told.record.credit_up, told.record.credit_down) == credit


class TestSeedTime:
    def seconds(self, store: Any, peer: MakePeer, *announces: tuple[float, dict[str, Any]]) -> int:
        """The seed time of announces of user 1, as times and options."""
        return sum(
            store.announce(1, peer(1, **{"left": 0, **options}), now, 0).seed_seconds
            for now, options in announces
        )

    def test_between_announces(self, store: Any, peer: MakePeer) -> None:
        assert self.seconds(store, peer, (0, {}), (1800, {}), (3650, {})) == 3650

    def test_until_the_end(self, store: Any, peer: MakePeer) -> None:
        assert self.seconds(store, peer, (0, {}), (100, {"event": "stopped"}), (200, {})) == 100

    def test_not_while_away(self, store: Any, peer: MakePeer) -> None:
        farewell, back = {"event": "stopped"}, {"event": "started"}
        assert self.seconds(store, peer, (0, {}), (10, farewell), (900, back), (1000, {})) == 110

    @pytest.mark.parametrize(("gap", "seconds"), [(3600, 3600), (3601, 0)])
    def test_gaps(self, store: Any, peer: MakePeer, gap: int, seconds: int) -> None:
        assert self.seconds(store, peer, (0, {}), (gap, {})) == seconds

    def test_interval_is_a_rule(self, make_store: Callable[..., Any], peer: MakePeer) -> None:
        store = make_store(interval=60)
        assert self.seconds(store, peer, (0, {}), (120, {}), (241, {})) == 120

    def test_both_ends_must_be_seeding(self, store: Any, peer: MakePeer) -> None:
        leeching = {"left": 1}
        assert self.seconds(store, peer, (0, leeching), (100, {}), (150, leeching), (170, {})) == 0

    def test_copies_count_once(self, store: Any, peer: MakePeer) -> None:
        announces = [
            (now + delay, {"family": family})
            for now in (0, 1800, 3600)
            for delay, family in ((0.2, 4), (0.7, 6))
        ]
        assert self.seconds(store, peer, *announces) == 3600

    def test_several_clients_count_once(self, store: Any, peer: MakePeer) -> None:
        announces = [(now, {"client": now // 600 % 3}) for now in range(0, 18001, 600)]
        assert 16200 <= self.seconds(store, peer, *announces) <= 18000

    def test_the_clock_goes_back(self, store: Any, peer: MakePeer) -> None:
        assert self.seconds(store, peer, (1000, {}), (900, {}), (1100, {})) == 100


class TestSnatches:
    def test_counts_once(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        finished = peer(1, left=0, downloaded=1000, event="completed")
        assert store.announce(1, finished, 900, 0).snatched
        copy = peer(1, left=0, downloaded=1000, event="completed", family=6)
        for again in (finished, copy, peer(1, left=0)):
            assert not store.announce(1, again, 901, 0).snatched

    def test_first_announce(self, store: Any, peer: MakePeer) -> None:
        finished = peer(1, left=0, event="completed")
        assert store.announce(1, finished, 0, 0).snatched
        assert not store.announce(1, finished, 1, 0).snatched

    def test_something_is_left(self, store: Any, peer: MakePeer) -> None:
        assert not store.announce(1, peer(1, left=1, event="completed"), 0, 0).snatched
        assert not store.announce(1, peer(1, left=1, event="completed"), 1, 0).snatched

    def test_without_the_event(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        assert not store.announce(1, peer(1, left=0), 900, 0).snatched

    def test_a_client_that_does_not_seed(self, store: Any, peer: MakePeer) -> None:
        """It stops when it has all; one that found all on its disk has downloaded nothing."""
        for user_id in (1, 2):
            store.announce(1, peer(user_id, event="started"), 0, 0)
        farewell = peer(1, downloaded=1000, left=0, event="stopped")
        assert store.announce(1, farewell, 900, 0).snatched
        assert not store.announce(1, farewell, 901, 0).snatched
        assert not store.announce(1, peer(2, left=0, event="stopped"), 900, 0).snatched

    def test_the_event_comes_second(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(1, left=0, family=6), 900, 0)
        assert store.announce(1, peer(1, left=0, event="completed"), 901, 0).snatched

    def test_a_seeder_has_nothing_to_complete(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, left=0), 0, 0)
        assert not store.announce(1, peer(1, left=0, event="completed"), 1, 0).snatched

    def test_a_seeder_that_found_something_missing(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, left=0), 0, 0)
        store.announce(1, peer(1, left=5), 1, 0)
        assert store.announce(1, peer(1, left=0, event="completed"), 2, 0).snatched

    def test_pretending_again(self, store: Any, peer: MakePeer) -> None:
        snatches = 0
        for step in range(6):
            left = 1 - step % 2
            announce = peer(1, left=left, event="" if left else "completed")
            snatches += store.announce(1, announce, 900 * step, 0).snatched
            store.announce(1, peer(1, left=left, event="stopped"), 900 * step + 1, 0)
        assert snatches == 1
