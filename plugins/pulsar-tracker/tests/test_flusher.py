"""The thread that writes credit."""

from __future__ import annotations

from threading import Event
from threading import enumerate as threads
from typing import Any

import pytest

from pulsar.interfaces import IDatabase
from pulsar.lifecycle import AppClosing
from pulsar.testing.sql import counted
from tracker import flusher
from tracker.flusher import Flusher


class Recorder:
    """A tracker that notes what it is told to do, and may fail at first."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.flushed = Event()
        self.reaped = Event()
        self.flushes = 0

    def flush(self) -> None:
        self.flushes += 1
        if self.failures:
            raise self.failures.pop(0)
        self.flushed.set()

    def reap(self) -> None:
        self.reaped.set()


class TestFlusher:
    def test_goes_on_after_failures(self) -> None:
        tracker = Recorder(RuntimeError("at first"), RuntimeError("again"))
        thread = Flusher(tracker, 0.01)
        thread.start()
        try:
            assert tracker.flushed.wait(5)
        finally:
            thread.stop()
        assert tracker.flushes >= 3

    def test_reaps_now_and_then(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(flusher, "_REAP_SECONDS", 0.02)
        tracker = Recorder()
        thread = Flusher(tracker, 0.01)
        thread.start()
        try:
            assert tracker.reaped.wait(5)
        finally:
            thread.stop()

    def test_stops(self) -> None:
        before = set(threads())
        thread = Flusher(Recorder(), 0.01)
        thread.start()
        assert set(threads()) > before
        for _ in range(2):
            thread.stop()
            assert set(threads()) == before


class TestInTheSite:
    def test_writes_within_its_interval(self, start: Any) -> None:
        site = start(flush_interval="0.2")
        user = site.member()
        peer = site.peer(user, site.torrent())
        peer.announce()
        peer.announce(10)
        written = Event()
        whole = site.tracker.flush

        def flush() -> None:
            whole()
            written.set()

        site.tracker.flush = flush
        assert written.wait(5)
        assert site.credit(user) == (10, 0)

    def test_writes_at_the_end(self, start: Any) -> None:
        before = set(threads())
        site = start(flush_interval="3600")
        user = site.member()
        peer = site.peer(user, site.torrent())
        peer.announce()
        peer.announce(10)
        assert site.credit(user) == (0, 0)
        assert "tracker flusher" in {thread.name for thread in set(threads()) - before}
        site.registry.notify(AppClosing(site.registry))
        assert site.credit(user) == (10, 0)
        assert "tracker flusher" not in {thread.name for thread in set(threads()) - before}

    def test_no_thread_when_writing_at_once(self, start: Any) -> None:
        before = set(threads())
        start(flush_interval="0")
        assert "tracker flusher" not in {thread.name for thread in set(threads()) - before}


class TestSQL:
    def test_does_not_grow(self, start: Any) -> None:
        site = start()
        torrents = [site.torrent() for _ in range(2)]
        peers = [site.peer(site.member(), torrent) for torrent in torrents * 3]
        statements = {}
        for number in (1, 6):
            for uploaded in (0, 10):
                for peer in peers[:number]:
                    peer.announce(uploaded * number)
            with counted(site.registry.getUtility(IDatabase).engine) as found:
                site.tracker.flush()
            statements[number] = len(found)
        # The batch's name, members, torrents, snatches, peers, and old names.
        assert statements == {1: 6, 6: 6}

    def test_nothing_to_write(self, start: Any) -> None:
        site = start()
        with counted(site.registry.getUtility(IDatabase).engine) as statements:
            site.tracker.flush()
        assert statements == []
