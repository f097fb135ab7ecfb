"""What the store enters in its ledger."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest

from tracker.swarms.types import Peer, Rates

MakePeer = Callable[..., Peer]


class TestRates:
    @pytest.mark.parametrize(
        ("rates", "uploaded", "downloaded"),
        [
            (Rates(), 1001, 501),
            (Rates(download=0), 1001, 0),
            (Rates(0, 0), None, None),
            (Rates(upload=200), 2002, 501),
            (Rates(download=50), 1001, 250),
        ],
    )
    def test_apply_to_the_account_only(
        self, store: Any, peer: MakePeer, rates: Rates, uploaded: int, downloaded: int
    ) -> None:
        store.announce(1, peer(1), 0, 0, rates=rates)
        announce = peer(1, uploaded=1001, downloaded=501)
        outcome = store.announce(1, announce, 900, 0, rates=rates)
        assert (outcome.uploaded_delta, outcome.downloaded_delta) == (1001, 501)
        batch = store.ledger.drain()
        if uploaded is None:
            assert batch.credits == {}
        else:
            assert (batch.credits[1].uploaded, batch.credits[1].downloaded) == (
                uploaded,
                downloaded,
            )
        assert (batch.progress[1, 1].uploaded, batch.progress[1, 1].downloaded) == (1001, 501)


class Hesitant(Peer):
    """A peer that lets other threads pass whenever its counters are looked at."""

    @property
    def uploaded(self) -> int:
        time.sleep(0)
        return self[self._fields.index("uploaded")]


class TestThreads:
    def test_nothing_is_lost_or_counted_twice(
        self, make_store: Callable[..., Any], peer: MakePeer
    ) -> None:
        store = make_store(max_speed=None, max_locations=10)
        steps = 100
        errors = []
        together = Barrier(4, timeout=10)
        shared = [Hesitant(*peer(2, 9, uploaded=step)) for step in range(steps + 1)]

        def announce(client: int) -> None:
            # Every client speaks for itself, and all together for one more.
            try:
                for step in range(steps + 1):
                    store.announce(1, peer(1, client, uploaded=step), 0, 50)
                    together.wait()
                    store.announce(2, shared[step], 0, 50)
                    event = "stopped" if step % 2 else "started"
                    store.announce(3, peer(10 + client, event=event), 0, 50)
            except Exception as error:
                errors.append(error)

        threads = [Thread(target=announce, args=(client,)) for client in range(4)]
        for thread in threads:
            thread.start()
        batches = []
        while any(thread.is_alive() for thread in threads):
            batches.append(store.ledger.drain())
            store.reap(-1)
        batches.append(store.ledger.drain())
        assert errors == []
        credited = {
            user_id: sum(
                batch.credits[user_id].uploaded for batch in batches if user_id in batch.credits
            )
            for user_id in (1, 2)
        }
        assert credited == {1: 4 * steps, 2: steps}
        assert store.counts(1).incomplete == 4
        assert store.counts(2).incomplete == 1
        assert store.counts(3).incomplete == 4
