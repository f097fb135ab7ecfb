"""Restarts, crashes and outages: no byte is lost, and none is counted twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from pulsar.interfaces import IDatabase
from pulsar.lifecycle import AppClosing
from tracker.flushing import follow
from tracker.interfaces import ITracker
from tracker.lease import Lease
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
    def test_between_journal_and_flush(self, start: Any) -> None:
        first = start()
        user = first.member()
        peer = first.peer(user, first.torrent())
        peer.announce(100)
        peer.announce(150)
        first.tracker.flush()
        peer.announce(170)
        second = start(after=first)
        peer.app = second.app
        assert second.credit(user) == (50, 0)
        second.tracker.flush()
        assert second.credit(user) == (70, 0)
        peer.announce(190)
        second.tracker.flush()
        assert second.credit(user) == (90, 0)

    def test_the_first_announce_is_kept(self, start: Any) -> None:
        first = start()
        user = first.member()
        peer = first.peer(user, first.torrent())
        peer.announce(100)
        second = start(after=first)
        peer.app = second.app
        peer.announce(190)
        second.tracker.flush()
        assert second.credit(user) == (90, 0)

    def test_the_stop_is_kept(self, start: Any) -> None:
        first = start()
        user, torrent = first.member(), first.torrent()
        peer = first.peer(user, torrent)
        peer.announce(100)
        peer.announce(150, event="stopped")
        second = start(after=first)
        second.tracker.flush()
        assert second.credit(user) == (50, 0)
        assert second.counters(torrent) == (0, 0, 0)

    def test_without_the_journal_another_owner_waits(self, start: Any) -> None:
        first = start()
        peer = first.peer(first.member(), first.torrent())
        peer.announce()
        second = start()
        peer.app = second.app
        assert peer.announce()[b"retry in"] == 5
        stop(first)
        assert second.tracker.own()
        assert b"failure reason" not in peer.announce()


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

    def test_who_was_never_heard_of(self, start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        site = start()
        peer = site.peer(site.member(), site.torrent())
        with outage(site, monkeypatch):
            assert b"failure reason" not in peer.announce()
            assert b"files" in site.ask(f"/{peer.passkey}/scrape?info_hash={'x' * 20}")

    def test_until_the_lease_is_over(self, start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        site = start()
        peer = site.peer(site.member(), site.torrent())
        peer.announce()
        monkeypatch.setattr(Lease, "held", lambda lease: False)
        reason = b"The tracker is not available right now."
        refusal = {b"failure reason": reason, b"interval": 300, b"retry in": 5}
        assert peer.announce() == refusal
        assert site.ask(f"/{peer.passkey}/scrape?info_hash={'x' * 20}") == refusal

    def test_when_writing_at_once(self, start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        site = start(flush_interval="0")
        user = site.member()
        peer = site.peer(user, site.torrent())
        peer.announce()
        with outage(site, monkeypatch):
            assert b"failure reason" not in peer.announce(10)
            assert b"failure reason" not in peer.announce(20)
        assert site.credit(user) == (0, 0)
        peer.announce(20)
        assert site.credit(user) == (20, 0)

    def test_at_the_end(self, start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        site = start(flush_interval="0")
        user = site.member()
        peer = site.peer(user, site.torrent())
        peer.announce()
        with outage(site, monkeypatch):
            peer.announce(10)
            stop(site)
        assert site.credit(user) == (0, 0)
        second = start(after=site)
        second.tracker.flush()
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

        def advance(*args: Any) -> None:
            raise OverflowError

        with monkeypatch.context() as patch:
            patch.setattr(follow.journals, "advance", advance)
            with pytest.raises(OverflowError):
                site.tracker.flush()
        site.tracker.flush()
        assert site.credit(user) == (10, 0)


class TestThreads:
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
        """A site with a new member and a new torrent."""
        site = start()

        def make() -> Any:
            user = site.member()
            return site, user, site.peer(user, site.torrent())

        return make

    def restart(self, site: Any) -> None:
        """Let another tracker go on with what the database and the journal have."""
        site.tracker.close()
        site.registry.registerUtility(Tracker(site.registry), ITracker)
        assert site.tracker.own()

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
                first = first or sent
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
                    self.restart(site)
        peer.announce(*announced)
        site.tracker.flush()
        first = first or [0, 0]
        assert site.credit(user) == (announced[0] - first[0], announced[1] - first[1])
