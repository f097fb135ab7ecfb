"""Restarts, crashes and outages: no byte is lost, and none is counted twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Barrier, Event, Thread
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from pulsar.interfaces import IDatabase
from pulsar.lifecycle import AppClosing
from tracker import service
from tracker.accounting import Batch
from tracker.interfaces import ITracker
from tracker.models import Flush
from tracker.service import Tracker

AWAY = OperationalError("COMMIT", None, Exception("server closed the connection"))


def stop(site: Any) -> None:
    """End the process as an operator does."""
    site.registry.notify(AppClosing(site.registry))


@contextmanager
def outage(site: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no session of the database begin meanwhile."""

    def session(writes: bool = False) -> Any:
        raise AWAY

    with monkeypatch.context() as patch:
        patch.setattr(site.registry.getUtility(IDatabase), "session", session)
        yield


class TestRestart:
    def test_goes_on(self, start: Any) -> None:
        first = start()
        user, torrent = first.member(), first.torrent()
        peer = first.peer(user, torrent)
        peer.announce(100, 200, 50)
        peer.announce(150, 220, 30)
        stop(first)
        second = start()
        assert second.credit(user) == (50, 20)
        peer.app = second.app
        told = peer.announce(175, 250, 0, event="completed")
        assert (told[b"complete"], told[b"incomplete"]) == (1, 0)
        second.tracker.flush()
        assert second.credit(user) == (75, 50)
        assert second.counters(torrent) == (1, 0, 1)
        assert second.snatch(user, torrent).announces == 3

    def test_swarms_come_back(self, start: Any) -> None:
        first = start()
        torrent = first.torrent()
        first.peer(first.member(), torrent, address="10.1.2.3", port=6881).announce()
        gone = first.peer(first.member(), torrent)
        gone.announce()
        gone.announce(event="stopped")
        stop(first)
        second = start()
        told = second.peer(second.member(), torrent).announce(left=1000)
        assert (told[b"complete"], told[b"peers"]) == (1, b"\x0a\x01\x02\x03\x1a\xe1")

    def test_who_paused_across_it(self, start: Any) -> None:
        first = start()
        user = first.member()
        peer = first.peer(user, first.torrent())
        peer.announce()
        peer.announce(100, event="stopped")
        stop(first)
        second = start()
        peer.app = second.app
        peer.announce(0, event="started")
        peer.announce(30)
        second.tracker.flush()
        assert second.credit(user) == (130, 0)

    def test_silence_during_a_long_one(self, start: Any) -> None:
        with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False) as clock:
            first = start()
            torrent = first.torrent()
            first.peer(first.member(), torrent).announce()
            stop(first)
            assert first.counters(torrent) == (1, 0, 0)
            clock.shift(7201)
            second = start()
            second.tracker.flush()
            assert second.counters(torrent) == (0, 0, 0)
            assert second.peers(torrent) == []


class TestCrash:
    def test_between_ledger_and_flush(self, start: Any) -> None:
        first = start()
        user = first.member()
        peer = first.peer(user, first.torrent())
        peer.announce(100)
        peer.announce(150)
        first.tracker.flush()
        peer.announce(170)
        # Killed: the last announce is in its memory only.
        second = start()
        peer.app = second.app
        peer.announce(190)
        second.tracker.flush()
        assert second.credit(user) == (90, 0)

    def test_writing_at_once_keeps_the_first_announce(self, start: Any) -> None:
        first = start(flush_interval="0")
        user = first.member()
        peer = first.peer(user, first.torrent())
        peer.announce(100)
        second = start(flush_interval="0")
        peer.app = second.app
        peer.announce(190)
        assert second.credit(user) == (90, 0)


class TestOutage:
    def test_of_the_database(self, start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        site = start()
        user, torrent = site.member(), site.torrent()
        peer = site.peer(user, torrent)
        peer.announce()
        with outage(site, monkeypatch):
            for uploaded in (10, 20, 30):
                assert b"interval" in peer.announce(uploaded)
                with pytest.raises(OperationalError):
                    site.tracker.flush()
            with pytest.raises(RuntimeError, match="credit cannot be written"):
                site.tracker.check()
        site.tracker.flush()
        site.tracker.check()
        assert site.credit(user) == (30, 0)
        assert site.snatch(user, torrent).announces == 4
        assert site.peers(torrent)[0].uploaded == 30

    def test_before_the_caches_are_warm(self, start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        site = start()
        peer = site.peer(site.member(), site.torrent())
        with outage(site, monkeypatch):
            told = peer.announce()
            scraped = site.ask(f"/{peer.passkey}/scrape?info_hash={'x' * 20}")
        reason = b"The tracker is not available right now."
        assert told == scraped == {b"failure reason": reason, b"retry in": 5}
        assert b"interval" in peer.announce()

    def test_when_writing_at_once(self, start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        site = start(flush_interval="0")
        user = site.member()
        peer = site.peer(user, site.torrent())
        peer.announce()
        with outage(site, monkeypatch):
            assert peer.announce(10)[b"retry in"] == 5
            assert peer.announce(10)[b"retry in"] == 5
        peer.announce(10)
        assert site.credit(user) == (10, 0)

    def test_at_the_end(self, start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        site = start(flush_interval="0")
        user = site.member()
        peer = site.peer(user, site.torrent())
        peer.announce()
        with outage(site, monkeypatch):
            peer.announce(10)
            stop(site)
        stop(site)
        assert site.credit(user) == (10, 0)

    def test_answer_to_a_commit_is_lost(self, start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        site = start()
        user, torrent = site.member(), site.torrent()
        peer = site.peer(user, torrent)
        peer.announce(left=5)
        peer.announce(10, left=0, event="completed")
        database = site.registry.getUtility(IDatabase)
        whole = database.session

        def session(writes: bool = False) -> Any:
            made = whole(writes)
            commit = made.commit

            def committed_in_vain() -> None:
                commit()
                raise AWAY

            made.commit = committed_in_vain
            return made

        with monkeypatch.context() as patch:
            patch.setattr(database, "session", session)
            with pytest.raises(OperationalError):
                site.tracker.flush()
        assert site.credit(user) == (10, 0)
        peer.announce(25)
        site.tracker.flush()
        assert site.credit(user) == (25, 0)
        assert site.counters(torrent) == (1, 0, 1)
        assert site.snatch(user, torrent).announces == 3

    def test_any_other_failure(self, start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        site = start()
        user = site.member()
        peer = site.peer(user, site.torrent())
        peer.announce()
        peer.announce(10)

        def write(session: Any, batch: Batch) -> None:
            raise OverflowError

        with monkeypatch.context() as patch:
            patch.setattr(service, "write", write)
            with pytest.raises(OverflowError):
                site.tracker.flush()
        site.tracker.flush()
        assert site.credit(user) == (10, 0)


class TestFlushes:
    def test_are_forgotten_after_a_while(self, start: Any) -> None:
        site = start(flush_interval="0")
        peer = site.peer(site.member(), site.torrent())

        def kept() -> int:
            with site.session() as session:
                return session.scalar(select(func.count()).select_from(Flush)) or 0

        with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False) as clock:
            peer.announce()
            peer.announce()
            assert kept() == 2
            clock.shift(3601)
            peer.announce()
            assert kept() == 1

    def test_older_counters_never_replace_newer(
        self, start: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site = start()
        user, torrent = site.member(), site.torrent()
        peer = site.peer(user, torrent)
        peer.announce()
        entered, go_on = Event(), Event()
        whole = service.write

        def slow(session: Any, batch: Batch) -> None:
            if not entered.is_set():
                entered.set()
                assert go_on.wait(10)
            whole(session, batch)

        monkeypatch.setattr(service, "write", slow)
        first, second = Thread(target=site.tracker.flush), Thread(target=site.tracker.flush)
        first.start()
        assert entered.wait(10)
        peer.announce(10)
        second.start()
        # The second waits for the first: in this time it could have written otherwise.
        second.join(0.3)
        go_on.set()
        first.join(10)
        second.join(10)
        assert site.peers(torrent)[0].uploaded == 10
        assert site.credit(user) == (10, 0)

    def test_several_threads(self, start: Any) -> None:
        site = start()
        user, torrent = site.member(), site.torrent()
        peers = [site.peer(user, torrent) for _ in range(3)]
        barrier = Barrier(3)

        def run(peer: Any) -> None:
            barrier.wait(10)
            for uploaded in range(0, 101, 10):
                peer.announce(uploaded)
                site.tracker.flush()

        threads = [Thread(target=run, args=[peer]) for peer in peers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert site.credit(user) == (300, 0)
        assert [row.uploaded for row in site.peers(torrent)] == [100] * 3


@pytest.mark.parametrize("backend", ["embedded"], indirect=True, scope="session")
class TestAnySequence:
    """Whatever happens in whatever order, credit is what was announced and written."""

    @pytest.fixture
    def fresh(self, start: Any) -> Callable[[], Any]:
        """A site with a tracker that knows nothing, a new member and a new torrent."""
        site = start()

        def make() -> Any:
            site.registry.registerUtility(Tracker(site.registry), ITracker)
            site.tracker.load()
            user = site.member()
            return site, user, site.peer(user, site.torrent())

        return make

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        steps=st.lists(
            st.tuples(st.just("announce"), st.integers(0, 1000), st.integers(0, 1000))
            | st.tuples(st.sampled_from(["flush", "fail", "restart", "crash"])),
            max_size=20,
        )
    )
    def test_bytes(self, fresh: Any, monkeypatch: Any, steps: list[Any]) -> None:
        site, user, peer = fresh()
        sent = [0, 0]
        first: list[int] | None = None
        announced = [0, 0]
        for step in [*steps, ("flush",)]:
            if step[0] == "announce":
                sent = [sent[0] + step[1], sent[1] + step[2]]
                peer.announce(*sent)
                announced = sent
                if first is None:
                    first = sent
                    # From here on the database knows the client.
                    site.tracker.flush()
            elif step[0] == "fail":
                with outage(site, monkeypatch):
                    try:
                        site.tracker.flush()
                    except OperationalError:
                        continue
            else:
                if step[0] != "crash":
                    site.tracker.flush()
                if step[0] != "flush":
                    site.registry.registerUtility(Tracker(site.registry), ITracker)
                    site.tracker.load()
        peer.announce(*announced)
        site.tracker.flush()
        first = first or [0, 0]
        assert site.credit(user) == (announced[0] - first[0], announced[1] - first[1])
