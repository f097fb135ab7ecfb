"""What announces add to the accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.swarms.types import Outcome, Peer

MakePeer = Callable[..., Peer]
GIB = 1024**3


def deltas(outcome: Outcome) -> tuple[int, int]:
    """What of an announce is credited."""
    return outcome.uploaded_delta, outcome.downloaded_delta


class TestDeltas:
    def test_the_first_announce_credits_nothing(self, store: Any, peer: MakePeer) -> None:
        outcome = store.announce(1, peer(1, uploaded=500, downloaded=300), 0, 0)
        assert deltas(outcome) == (0, 0)
        assert outcome.first_seen
        assert not outcome.implausible

    def test_what_was_added(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, uploaded=500, downloaded=300), 0, 0)
        outcome = store.announce(1, peer(1, uploaded=600, downloaded=350), 900, 0)
        assert deltas(outcome) == (100, 50)
        assert not outcome.first_seen
        assert deltas(store.announce(1, peer(1, uploaded=600, downloaded=350), 1800, 0)) == (0, 0)

    def test_the_last_bytes_count(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        outcome = store.announce(1, peer(1, uploaded=7, downloaded=8, event="stopped"), 9, 0)
        assert deltas(outcome) == (7, 8)

    def test_going_backwards_credits_nothing(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, uploaded=500, downloaded=100), 0, 0)
        assert deltas(store.announce(1, peer(1, uploaded=0, downloaded=150), 900, 0)) == (0, 50)
        assert deltas(store.announce(1, peer(1, uploaded=40, downloaded=150), 1800, 0)) == (40, 0)

    def test_peer_ids_count_for_themselves(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, 0, uploaded=100), 0, 0)
        store.announce(1, peer(1, 1, uploaded=900), 0, 0)
        assert deltas(store.announce(1, peer(1, 0, uploaded=110), 900, 0)) == (10, 0)
        assert deltas(store.announce(1, peer(1, 1, uploaded=930), 900, 0)) == (30, 0)

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
        assert deltas(outcome) == (0, 0)
        assert deltas(store.announce(1, peer(1, uploaded=300), 1800, 0)) == (300, 0)

    def test_a_session_that_starts_with_more(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(1, uploaded=1000, event="stopped"), 900, 0)
        outcome = store.announce(1, peer(1, uploaded=5000, event="started"), 1000, 0)
        assert deltas(outcome) == (0, 0)


class TestCopies:
    """The same announce over both families, or for both hashes of a hybrid torrent."""

    @pytest.mark.parametrize("family", [4, 6])
    def test_count_once(self, store: Any, peer: MakePeer, family: int) -> None:
        events = ["started", "", "", "completed", "stopped"]
        total = 0
        for step, event in enumerate(events):
            for copy in (4, family):
                announce = peer(1, uploaded=100 * step, event=event, family=copy, left=0)
                total += store.announce(1, announce, 900 * step, 0).uploaded_delta
        assert total == 400

    def test_a_late_copy(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        assert deltas(store.announce(1, peer(1, uploaded=100), 900, 0)) == (100, 0)
        late = peer(1, uploaded=90, family=6, event="started")
        assert deltas(store.announce(1, late, 905, 0)) == (0, 0)
        assert deltas(store.announce(1, peer(1, uploaded=150), 1800, 0)) == (50, 0)

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
        assert (deltas(first), deltas(second)) == ((100, 0), (30, 0))
        assert second.counts == (0, 0, 0)

    @settings(
        max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(st.integers(0, 10**9), min_size=1, max_size=12), st.data())
    def test_in_any_order(self, make_store, peer, steps: list[int], data: st.DataObject) -> None:
        """Copies that overtake each other within the lag add up to what the client sent."""
        store = make_store(max_speed=None)
        store.announce(1, peer(1), 0, 0)
        sent = [sum(steps[: count + 1]) for count in range(len(steps))]
        copies = data.draw(st.permutations([(uploaded, f) for uploaded in sent for f in (4, 6)]))
        total = sum(
            store.announce(1, peer(1, uploaded=uploaded, family=f), 1, 0).uploaded_delta
            for uploaded, f in copies
        )
        assert total == sent[-1]


class TestSpeed:
    def test_nobody_is_that_fast(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        outcome = store.announce(1, peer(1, uploaded=2 * GIB * 900 + 1, downloaded=5), 900, 0)
        assert outcome.implausible
        assert deltas(outcome) == (0, 5)
        assert (outcome.refused_uploaded, outcome.refused_downloaded) == (2 * GIB * 900 + 1, 0)

    def test_somebody_is_that_fast(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        outcome = store.announce(1, peer(1, downloaded=2 * GIB * 900), 900, 0)
        assert not outcome.implausible
        assert deltas(outcome) == (0, 2 * GIB * 900)

    def test_waiting_does_not_help(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(1, uploaded=2**60), 900, 0)
        assert deltas(store.announce(1, peer(1, uploaded=2**60 + 1), 7000, 0)) == (1, 0)

    def test_less_than_a_second(self, make_store: Callable[..., Any], peer: MakePeer) -> None:
        store = make_store(max_speed=1000)
        store.announce(1, peer(1), 10.0, 0)
        assert deltas(store.announce(1, peer(1, uploaded=1000), 10.0, 0)) == (1000, 0)
        assert store.announce(1, peer(1, uploaded=2001), 10.5, 0).implausible

    def test_no_limit(self, make_store: Callable[..., Any], peer: MakePeer) -> None:
        store = make_store(max_speed=None)
        store.announce(1, peer(1), 0, 0)
        assert deltas(store.announce(1, peer(1, uploaded=2**62), 1, 0)) == (2**62, 0)

    def test_is_entered_but_not_credited(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(1, uploaded=2**60, downloaded=2**50), 900, 0)
        batch = store.ledger.drain()
        assert batch.credits == {}
        progress = batch.progress[1, 1]
        assert (progress.refused_uploaded, progress.refused_downloaded) == (2**60, 2**50)
        assert (progress.uploaded, progress.downloaded) == (0, 0)


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
        for copy in (finished, finished._replace(family=6), peer(1, left=0)):
            assert not store.announce(1, copy, 901, 0).snatched

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
