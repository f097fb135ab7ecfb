"""Starting from the records of another store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tracker.journal.record import GONE

from .conftest import Peer

MakePeer = Callable[..., Peer]


class TestRestore:
    def test_everything_goes_on(self, make_store: Callable[..., Any], peer: MakePeer) -> None:
        old = make_store()
        old.announce(1, peer(1, both=True, uploaded=100, left=0), 0, 0)
        old.announce(1, peer(2, uploaded=100), 5, 0)
        old.announce(2, peer(2, event="paused"), 6, 0)
        old.announce(1, peer(3), 7, 0)
        old.announce(1, peer(3, event="stopped"), 8, 0)
        new = old.restored(old.known())
        assert new.known() == old.known()
        assert [new.counts(number) for number in (1, 2)] == [old.counts(1), old.counts(2)]
        assert new.store.sizes() == old.store.sizes()
        told = new.announce(1, peer(1, uploaded=130, left=0), 1800, 50)
        assert told.deltas == (30, 0)
        assert told.seed_seconds == 1800
        assert told.peers4 == peer(2).endpoint4
        assert not told.first_seen

    def test_the_journal_is_all_that_is_needed(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, uploaded=100, left=0), 0, 0)
        store.announce(1, peer(2, uploaded=100), 5, 0)
        store.announce(1, peer(2, uploaded=100, event="stopped"), 6, 0)
        store.announce(1, peer(1, uploaded=300, left=0), 4000, 0)
        store.reap(7500)
        assert any(record.kind == GONE for record in store.journal)
        assert store.restored(store.journal).known() == store.known()

    def test_a_newer_record_replaces_an_older_one(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, uploaded=100), 0, 0)
        store.announce(1, peer(1, uploaded=900, left=0), 10, 0)
        new = store.restored(store.journal)
        assert [record.uploaded for record in new.peers(1)] == [900]
        assert new.counts(1) == (1, 0, 0)

    def test_a_snatch_stays_counted(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(1, left=0, event="completed"), 1, 0)
        new = store.restored(store.known())
        assert not new.announce(1, peer(1, left=0, event="completed"), 2, 0).snatched

    def test_a_leecher_is_still_one(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        new = store.restored(store.known())
        assert new.announce(1, peer(1, left=0, event="completed"), 2, 0).snatched

    def test_a_late_copy_comes_after_it(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1, uploaded=100), 1000, 0)
        new = store.restored(store.known())
        assert new.announce(1, peer(1, uploaded=90, family=6), 1010, 0).deltas == (0, 0)
        assert new.announce(1, peer(1, uploaded=150), 1900, 0).deltas == (50, 0)

    def test_the_silent_are_reaped(self, store: Any, peer: MakePeer) -> None:
        store.announce(1, peer(1), 0, 0)
        store.announce(1, peer(2), 500, 0)
        new = store.restored(reversed(store.known()))
        assert [record.user_id for record in new.reap(7300)] == [1]

    def test_what_was_moved_during_the_restart_is_credited(
        self, make_store: Callable[..., Any], peer: MakePeer
    ) -> None:
        store = make_store(max_speed=1000)
        store.announce(1, peer(1), 0, 0)
        new = store.restored(store.known())
        assert new.announce(1, peer(1, uploaded=900_000), 900, 0).deltas == (900_000, 0)
