"""The rules of sessions, against what clients really moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.journal.record import ACTIVE
from tracker.protocol.announce import (
    COMPLETED,
    NO_EVENT,
    PAUSED,
    STARTED,
    STOPPED,
    Announce,
)
from tracker.swarms.session import Former, Rules, Session, advance, first

MIB = 1024**2
RULES = Rules()
#: The copies of a client with one address family, and of one with two.
IPV4, IPV6 = 1, 2
NOW = 1_700_000_000.0


def report(event: int, uploaded: int, downloaded: int = 0, left: int = 0) -> Announce:
    """An announce with these counters."""
    return Announce(
        info_hash=b"h" * 20,
        peer_id=b"p" * 20,
        uploaded=uploaded,
        downloaded=downloaded,
        left=left,
        event=event,
        numwant=0,
        compact=True,
        no_peer_id=False,
        key=bytes(4),
        address=bytes(4),
        endpoint4=bytes(6),
        endpoint6=None,
    )


@dataclass
class Books:
    """What the announces of one client add up to."""

    session: Session | None = None
    former: Former | None = None
    uploaded: int = 0
    downloaded: int = 0
    snatches: int = 0
    now: float = NOW

    def hear(
        self,
        event: int,
        uploaded: int,
        downloaded: int = 0,
        left: int = 0,
        *,
        after: float = 1800.0,
        copy: int = IPV4,
    ) -> Books:
        """Take an announce in, so many seconds after the last one."""
        self.now += after
        announce = report(event, uploaded, downloaded, left)
        if self.session is None:
            if event != STOPPED:
                self.session = first(announce, copy, self.now)
            return self
        change = advance(self.session, self.former, announce, copy, self.now, RULES)
        self.session, self.former = change.session, change.former
        self.uploaded += change.up
        self.downloaded += change.down
        self.snatches += change.finished
        return self

    @property
    def active(self) -> bool:
        return self.session is not None and bool(self.session.flags & ACTIVE)


class TestCounters:
    def test_the_first_announce_credits_nothing(self) -> None:
        assert Books().hear(NO_EVENT, 5 * MIB).uploaded == 0

    def test_differences_are_credited(self) -> None:
        books = Books().hear(STARTED, 0).hear(NO_EVENT, 4).hear(NO_EVENT, 9).hear(STOPPED, 10)
        assert books.uploaded == 10
        assert not books.active

    def test_lower_counters_of_a_late_announce_change_nothing(self) -> None:
        books = Books().hear(STARTED, 0).hear(NO_EVENT, 9).hear(NO_EVENT, 4, after=5)
        assert books.hear(NO_EVENT, 12).uploaded == 12

    def test_lower_counters_later_are_counted_from_there(self) -> None:
        books = Books().hear(STARTED, 0).hear(NO_EVENT, 9).hear(NO_EVENT, 4)
        assert books.hear(NO_EVENT, 6).uploaded == 11

    def test_a_download_that_failed_a_check_is_not_counted_again(self) -> None:
        books = Books().hear(STARTED, 0, 0, 9).hear(NO_EVENT, 1, 6, 3).hear(NO_EVENT, 2, 5, 4)
        books.hear(COMPLETED, 3, 9, 0)
        assert (books.uploaded, books.downloaded) == (3, 10)

    def test_an_early_announce_is_counted_later(self) -> None:
        books = Books().hear(STARTED, 0)
        for uploaded in range(1, 10):
            assert books.hear(NO_EVENT, uploaded, after=0.04).uploaded == 0
        assert books.hear(NO_EVENT, 10).uploaded == 10

    @pytest.mark.parametrize("event", [COMPLETED, STOPPED, PAUSED])
    def test_an_early_event_is_counted_at_once(self, event: int) -> None:
        assert Books().hear(STARTED, 0).hear(event, 7, after=1).uploaded == 7


class TestStarted:
    def test_after_a_stop_it_is_counted_from_zero(self) -> None:
        books = Books().hear(STARTED, 0).hear(STOPPED, 5).hear(STARTED, 0).hear(NO_EVENT, 4)
        assert books.uploaded == 9

    def test_after_a_stop_that_never_came(self) -> None:
        for pause in (1.0, 1800.0):
            books = Books().hear(STARTED, 0).hear(NO_EVENT, 5).hear(STARTED, 0, after=pause)
            assert books.hear(NO_EVENT, 4).uploaded == 9

    def test_a_repeated_one_is_not_counted_again(self) -> None:
        books = Books().hear(STARTED, 0).hear(STARTED, 3, after=30).hear(STARTED, 5, after=30)
        assert books.hear(NO_EVENT, 6).uploaded == 6

    def test_a_copy_over_the_other_family_begins_nothing(self) -> None:
        books = Books().hear(STARTED, 0, 0, 9).hear(COMPLETED, 0, 9, 0, after=3)
        books.hear(STARTED, 0, 0, 9, after=2, copy=IPV6).hear(COMPLETED, 0, 9, after=1, copy=IPV6)
        assert (books.downloaded, books.snatches) == (9, 1)
        assert books.hear(NO_EVENT, 4, 9).uploaded == 4


class TestLateStops:
    def test_it_belongs_to_the_session_that_it_continues(self) -> None:
        books = Books().hear(STARTED, 0).hear(NO_EVENT, 5)
        books.hear(STARTED, 0, after=60).hear(STOPPED, 8, after=2)
        assert books.uploaded == 8
        assert books.active
        assert books.hear(NO_EVENT, 4).uploaded == 12

    def test_a_copy_of_a_stop_that_was_heard_adds_nothing(self) -> None:
        books = Books().hear(STARTED, 0).hear(STARTED, 0, after=1, copy=IPV6).hear(STOPPED, 5)
        books.hear(STARTED, 0, after=3).hear(STOPPED, 5, after=1, copy=IPV6)
        assert books.uploaded == 5
        assert books.active

    def test_the_new_session_may_stop_soon_after_a_stop(self) -> None:
        books = Books().hear(STARTED, 0).hear(STOPPED, 5).hear(STARTED, 0, after=3)
        assert books.hear(STOPPED, 6, after=20).uploaded == 11
        assert not books.active

    def test_a_download_tells_which_session_it_was(self) -> None:
        books = Books().hear(STARTED, 0, 0, 9).hear(NO_EVENT, 0, 1, 8)
        books.hear(STARTED, 0, 0, 8, after=40).hear(STOPPED, 0, 8, 0, after=20)
        assert (books.downloaded, books.snatches, books.active) == (9, 1, False)

    def test_a_late_announce_does_not_bring_a_stopped_peer_back(self) -> None:
        books = Books().hear(STARTED, 0).hear(STOPPED, 5).hear(NO_EVENT, 5, after=2)
        assert not books.active
        assert books.uploaded == 5


class TestSnatches:
    def test_completed_counts_once_in_a_session(self) -> None:
        books = Books().hear(STARTED, 0, 0, 9)
        for _ in range(3):
            books.hear(COMPLETED, 0, 9, 0, after=1)
        assert books.snatches == 1

    def test_a_seeder_that_says_completed_has_downloaded_nothing(self) -> None:
        assert Books().hear(STARTED, 0).hear(COMPLETED, 0).snatches == 0


@dataclass
class Client:
    """A client that runs some sessions, and whose announces get lost, repeated and delayed."""

    draw: Any
    size: int = 9 * MIB
    had: int = 0
    moved_up: int = 0
    moved_down: int = 0
    books: Books = field(default_factory=Books)
    two_families: bool = False

    def send(self, event: int, up: int, down: int, after: float) -> bool:
        """Announce; returns whether the client got the answer. The copy may be a bit late."""
        fate = self.draw(st.sampled_from(["heard", "heard", "lost", "answer lost"]))
        if fate == "lost":
            self.books.now += after
            return False
        left = self.size - self.had
        self.books.hear(event, up, down, left, after=after)
        if self.two_families and self.draw(st.booleans()):
            self.books.hear(event, up, down, left, after=1.0, copy=IPV6)
        return fate == "heard"

    def insist(self, event: int, up: int, down: int, after: float = 70.0) -> None:
        """Announce until it is answered, as clients do with what they have to say."""
        while not self.send(event, up, down, after):
            pass

    def run(self) -> None:
        """One session, which counts from zero."""
        up = down = 0
        self.insist(STARTED, 0, 0)
        for _ in range(self.draw(st.integers(1, 3))):
            more = min(self.draw(st.integers(0, MIB)), self.size - self.had)
            up, down, self.had = up + self.draw(st.integers(0, MIB)), down + more, self.had + more
            self.send(NO_EVENT, up, down, 1800.0)
        if self.had < self.size and self.draw(st.booleans()):
            down, self.had = down + self.size - self.had, self.size
            self.insist(COMPLETED, up, down)
        up += self.draw(st.integers(0, MIB))
        how = self.draw(st.sampled_from(["stopped", "never", "late"]))
        if how == "stopped":
            self.insist(STOPPED, up, down)
        elif how == "late":
            # The next session begins before this one's stop arrives.
            left = self.size - self.had
            self.books.hear(STARTED, 0, 0, left, after=90.0)
            self.books.hear(STOPPED, up, down, left, after=3.0)
        else:
            # What nobody heard of cannot be credited.
            self.insist(NO_EVENT, up, down, 1800.0)
        self.moved_up += up
        self.moved_down += down


class TestEveryOrder:
    @settings(deadline=None)
    @given(st.data(), st.booleans())
    def test_credit_is_what_was_moved(self, data: st.DataObject, two_families: bool) -> None:
        client = Client(data.draw, two_families=two_families)
        for _ in range(data.draw(st.integers(1, 3))):
            client.run()
            client.books.now += 120
        assert client.books.uploaded == client.moved_up
        assert client.books.downloaded == client.moved_down
        assert client.books.snatches == (client.had == client.size and client.moved_down > 0)
