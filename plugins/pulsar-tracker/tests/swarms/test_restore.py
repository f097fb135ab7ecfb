"""Starting from what another store knew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tracker.swarms.types import Peer

MakePeer = Callable[..., Peer]


class TestRestore:
    def test_everything_goes_on(self, make_store: Callable[..., Any], peer: MakePeer) -> None:
        old = make_store()
        old.announce(1, peer(1, both=True, uploaded=100, left=0), 0, 0)
        old.announce(1, peer(2, uploaded=100), 5, 0)
        old.announce(2, peer(2, event="paused"), 6, 0)
        old.announce(1, peer(3), 7, 0)
        old.announce(1, peer(3, event="stopped"), 8, 0)
        new = make_store()
        assert new.restore(reversed(old.snapshot())) == 4
        assert new.snapshot() == old.snapshot()
        assert new.scrape([1, 2]) == old.scrape([1, 2])
        outcome = new.announce(1, peer(1, uploaded=130, left=0), 1800, 50)
        assert outcome.uploaded_delta == 30
        assert outcome.seed_seconds == 1800
        assert outcome.peers4 == peer(2).endpoint4
        assert not outcome.first_seen

    def test_who_was_heard_of_is_left_alone(
        self, make_store: Callable[..., Any], peer: MakePeer
    ) -> None:
        old = make_store()
        old.announce(1, peer(1, uploaded=100), 0, 0)
        new = make_store()
        new.announce(1, peer(1, uploaded=900), 10, 0)
        assert new.restore(old.snapshot()) == 0
        assert new.peers(1)[0].uploaded == 900

    def test_a_snatch_stays_counted(self, make_store: Callable[..., Any], peer: MakePeer) -> None:
        old = make_store()
        old.announce(1, peer(1), 0, 0)
        old.announce(1, peer(1, left=0, event="completed"), 1, 0)
        new = make_store()
        new.restore(old.snapshot())
        assert not new.announce(1, peer(1, left=0, event="completed"), 2, 0).snatched

    def test_a_leecher_is_still_one(self, make_store: Callable[..., Any], peer: MakePeer) -> None:
        old = make_store()
        old.announce(1, peer(1), 0, 0)
        new = make_store()
        new.restore(old.snapshot())
        assert new.announce(1, peer(1, left=0, event="completed"), 2, 0).snatched

    def test_a_late_copy_comes_after_it(
        self, make_store: Callable[..., Any], peer: MakePeer
    ) -> None:
        old = make_store()
        old.announce(1, peer(1, uploaded=100), 1000, 0)
        new = make_store()
        new.restore(old.snapshot())
        assert new.announce(1, peer(1, uploaded=90, family=6), 1010, 0).uploaded_delta == 0
        assert new.announce(1, peer(1, uploaded=150), 1900, 0).uploaded_delta == 50

    def test_the_silent_are_reaped(self, make_store: Callable[..., Any], peer: MakePeer) -> None:
        old = make_store()
        old.announce(1, peer(1), 0, 0)
        old.announce(1, peer(2), 500, 0)
        new = make_store()
        new.restore(reversed(old.snapshot()))
        assert [record.user_id for record in new.reap(7300)] == [1]
