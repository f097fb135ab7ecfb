"""What other plugins hear while a batch is written."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text, update

from pulsar.users.models import User
from tracker.events import EVENTS, ImplausibleClaim, PeerStarted, PeerStopped, Snatched
from tracker.flushing.notices import subscribed
from tracker.interfaces import IPeerStarted, ISnatched
from tracker.journal.record import ACTIVE, FINISHED, FIRST

from .conftest import START, announce, gone

ALL = frozenset(EVENTS)


@pytest.fixture
def user(deck: Any) -> Any:
    """A member."""
    return deck.site.member()


@pytest.fixture
def torrent(deck: Any) -> Any:
    """A torrent."""
    return deck.site.torrent()


@pytest.fixture
def hear(deck: Any) -> Any:
    """``hear(*records)``: write them, and return the events."""

    def write(*records: Any, **options: Any) -> list[Any]:
        heard: list[Any] = []
        deck.write(*records, **{"notify": heard.append, "kinds": ALL, **options})
        return heard

    return write


def new(*args: Any, **values: Any) -> Any:
    return announce(*args, flags=ACTIVE | FIRST, **values)


class TestStartedAndStopped:
    def test_once_each(self, hear: Any, user: Any, torrent: Any) -> None:
        [started] = hear(new(user, torrent, left=7), announce(user, torrent, event=2))
        assert isinstance(started, PeerStarted)
        assert (started.user_id, started.torrent_id, started.left) == (user.id, torrent.id, 7)
        assert (started.time, started.peer_id[-1:]) == (START, b"1")
        assert hear(announce(user, torrent)) == []
        # Clients with two addresses say it twice.
        [stopped] = hear(*(announce(user, torrent, event=3, flags=0) for _ in range(2)))
        assert isinstance(stopped, PeerStopped)
        assert not stopped.silent
        assert hear(announce(user, torrent, event=3, flags=0), gone(user, torrent)) == []

    def test_dropped(self, hear: Any, user: Any, torrent: Any) -> None:
        hear(new(user, torrent))
        [stopped] = hear(gone(user, torrent, now=START + 7200))
        assert (stopped.silent, stopped.time) == (True, START + 7200)

    def test_again(self, hear: Any, user: Any, torrent: Any) -> None:
        hear(new(user, torrent))
        events = hear(announce(user, torrent, event=3, flags=0), announce(user, torrent, event=2))
        assert [type(event) for event in events] == [PeerStopped, PeerStarted]


class TestSnatched:
    def test_first_completion(self, hear: Any, user: Any, torrent: Any) -> None:
        finished = {"flags": ACTIVE | FINISHED, "downloaded": 9, "uploaded": 1}
        [event] = hear(
            *(announce(user, torrent, peer, **finished) for peer in (1, 2)), kinds={Snatched}
        )
        assert (event.user_id, event.downloaded, event.uploaded) == (user.id, 9, 1)
        assert hear(announce(user, torrent, 3, **finished), kinds={Snatched}) == []


class TestImplausible:
    def test_refused_bytes(self, hear: Any, user: Any, torrent: Any) -> None:
        kinds = {ImplausibleClaim}
        [event] = hear(announce(user, torrent, refused_up=5, refused_down=6), kinds=kinds)
        assert (event.uploaded, event.downloaded) == (5, 6)


class TestSubscribers:
    def test_are_in_the_transaction(self, deck: Any, hear: Any, user: Any, torrent: Any) -> None:
        seen = []

        def change(event: Any) -> None:
            seen.append(event.session.scalar(text("SELECT announces FROM tracker_snatches")))
            event.session.execute(update(User).values(invites=7))

        deck.write(new(user, torrent), notify=change, kinds=ALL)
        assert seen == [1]
        with deck.site.session() as session:
            assert session.get(User, user.id).invites == 7

    def test_that_fail_lose_only_their_own_changes(
        self, deck: Any, user: Any, torrent: Any
    ) -> None:
        others = [deck.site.member() for _ in range(3)]

        def change(event: Any) -> None:
            event.session.execute(update(User).where(User.id == event.user_id).values(invites=7))
            if event.user_id == user.id:
                event.session.execute(text("SELECT nonsense"))

        deck.write(
            *(new(member, torrent, credit_up=5) for member in (others[0], user, *others[1:])),
            notify=change,
            kinds=ALL,
        )
        with deck.site.session() as session:
            rows = [session.get(User, member.id) for member in (user, *others)]
        assert [row.invites for row in rows] == [0, 7, 7, 7]
        assert [row.uploaded for row in rows] == [5, 5, 5, 5]

    def test_hear_nothing_of_removed_members(self, hear: Any, user: Any, torrent: Any) -> None:
        events = hear(new(10**6, torrent), new(user, 10**6), new(user, torrent))
        assert [(event.user_id, event.torrent_id) for event in events] == [(user.id, torrent.id)]

    def test_are_found(self, deck: Any) -> None:
        registry = deck.site.registry
        assert subscribed(registry) == frozenset()
        for interface in (IPeerStarted, ISnatched):
            registry.registerHandler(lambda event: None, (interface,))
        assert subscribed(registry) == {PeerStarted, Snatched}
