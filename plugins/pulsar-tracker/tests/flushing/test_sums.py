"""What records add up to in the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete

from pulsar.users.models import User
from torrents.models import Torrent
from tracker.journal.record import ACTIVE, FINISHED

from .conftest import START, announce, gone

MOST = 2**63 - 1


@pytest.fixture
def user(deck: Any) -> Any:
    """A member."""
    return deck.site.member()


@pytest.fixture
def torrent(deck: Any) -> Any:
    """A torrent."""
    return deck.site.torrent()


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(START + seconds, UTC)


class TestCredit:
    def test_adds_up(self, deck: Any, torrent: Any) -> None:
        user = deck.site.member(uploaded=1000, downloaded=5)
        deck.write(
            announce(user, torrent, 1, credit_up=10, credit_down=20),
            announce(user, torrent, 1, credit_up=1, credit_down=0),
            announce(user, torrent, 2, credit_up=0, credit_down=2),
        )
        assert deck.site.credit(user) == (1011, 27)
        deck.write(announce(user, torrent, credit_up=3))
        assert deck.site.credit(user) == (1014, 27)

    def test_pays_debts_first(self, deck: Any, torrent: Any) -> None:
        user = deck.site.member(upload_debt=1000)
        for up, credit, debt in ((400, 0, 600), (600, 0, 0), (250, 250, 0)):
            deck.write(announce(user, torrent, credit_up=up))
            assert deck.site.credit(user) == (credit, 0)
            assert deck.site.debt(user) == debt

    def test_debt_within_a_batch(self, deck: Any, torrent: Any) -> None:
        user = deck.site.member(upload_debt=1000)
        deck.write(*(announce(user, torrent, credit_up=700) for _ in range(2)))
        assert (deck.site.credit(user), deck.site.debt(user)) == ((400, 0), 0)

    def test_is_reported_after_the_commit(self, deck: Any, user: Any, torrent: Any) -> None:
        reports: list[Any] = []

        def credited(user_ids: Any) -> None:
            reports.append((set(user_ids), deck.site.credit(user)))

        deck.write(
            announce(user, torrent, credit_up=5),
            announce(deck.site.member(), torrent),
            credited=credited,
        )
        deck.write(announce(user, torrent), credited=credited)
        assert reports == [({user.id}, (5, 0))]


class TestProgress:
    def test_adds_up(self, deck: Any, user: Any, torrent: Any) -> None:
        deck.write(
            announce(user, torrent, 1, up=5, down=6, refused_up=7, left=9, seed_seconds=60),
            announce(user, torrent, 2, up=50, refused_down=8, left=4, now=START + 60),
        )
        deck.write(announce(user, torrent, 2, up=500, left=3, seed_seconds=1, now=START + 90))
        row = deck.site.snatch(user, torrent)
        assert (row.uploaded, row.downloaded) == (555, 6)
        assert (row.refused_uploaded, row.refused_downloaded) == (7, 8)
        assert (row.seed_seconds, row.announces, row.left) == (61, 3, 3)
        assert (row.first_action, row.last_action) == (moment(0), moment(90))
        assert (row.snatches, row.snatched_at) == (0, None)

    def test_of_each_member_and_torrent(self, deck: Any, user: Any, torrent: Any) -> None:
        other, another = deck.site.member(), deck.site.torrent()
        deck.write(
            announce(user, torrent, up=1),
            announce(other, torrent, up=2),
            announce(user, another, up=3),
        )
        for member, target, uploaded in (
            (user, torrent, 1),
            (other, torrent, 2),
            (user, another, 3),
        ):
            assert deck.site.snatch(member, target).uploaded == uploaded

    def test_dropped_peers_add_nothing(self, deck: Any, user: Any, torrent: Any) -> None:
        deck.write(gone(user, torrent, complete=3))
        assert deck.site.snatch(user, torrent) is None
        deck.write(announce(user, torrent, up=1, left=5), gone(user, torrent, now=START + 7))
        row = deck.site.snatch(user, torrent)
        assert (row.uploaded, row.announces, row.left) == (1, 1, 5)
        assert row.last_action == moment(0)


class TestSnatches:
    def test_one_of_each_member(self, deck: Any, user: Any, torrent: Any) -> None:
        finished = {"flags": ACTIVE | FINISHED}
        deck.write(
            announce(user, torrent, 1, **finished),
            announce(user, torrent, 2, now=START + 5, **finished),
        )
        deck.write(announce(user, torrent, 3, now=START + 9, **finished))
        assert deck.site.counters(torrent)[2] == 1
        row = deck.site.snatch(user, torrent)
        assert (row.snatches, row.snatched_at) == (3, moment(0))
        other = deck.site.member()
        deck.write(announce(other, torrent), announce(user, torrent))
        assert deck.site.counters(torrent)[2] == 1
        deck.write(announce(other, torrent, now=START + 9, **finished))
        assert deck.site.counters(torrent)[2] == 2
        assert deck.site.snatch(other, torrent).snatched_at == moment(9)

    def test_of_removed_members(self, deck: Any, torrent: Any) -> None:
        deck.write(announce(10**6, torrent, flags=FINISHED))
        assert deck.site.counters(torrent)[2] == 0


class TestSwarms:
    def test_latest_size(self, deck: Any, user: Any, torrent: Any) -> None:
        another = deck.site.torrent()
        deck.write(
            announce(user, torrent, complete=1, incomplete=2),
            announce(user, another, complete=9),
            announce(user, torrent, complete=3, incomplete=4),
        )
        assert deck.site.counters(torrent) == (3, 4, 0)
        assert deck.site.counters(another) == (9, 0, 0)
        deck.write(gone(user, torrent, complete=2, incomplete=4))
        assert deck.site.counters(torrent) == (2, 4, 0)


class TestLargestNumbers:
    """Sums stop at the largest number that a column holds."""

    def test_accounts(self, deck: Any, torrent: Any) -> None:
        user = deck.site.member(uploaded=MOST - 3, downloaded=MOST)
        deck.write(announce(user, torrent, credit_up=10, credit_down=10))
        assert deck.site.credit(user) == (MOST, MOST)

    def test_unsigned(self, deck: Any, user: Any, torrent: Any) -> None:
        largest = 2**64 - 1
        names = "uploaded downloaded left up down credit_up credit_down refused_up refused_down"
        values = dict.fromkeys(names.split(), largest)
        for number in (1, 2):
            deck.write(
                announce(user, torrent, complete=2**32 - 1, incomplete=2**32 - 1, **values),
                announce(user, torrent, complete=2**32 - 1, incomplete=2**32 - 1, **values),
            )
            assert deck.site.credit(user) == (MOST, MOST)
            assert deck.site.counters(torrent)[:2] == (2**31 - 1, 2**31 - 1)
            row = deck.site.snatch(user, torrent)
            assert row.uploaded == row.downloaded == MOST
            assert row.refused_uploaded == row.refused_downloaded == row.left == MOST
            assert row.announces == 2 * number
            [peer] = deck.site.peers(torrent)
            assert peer.uploaded == peer.downloaded == peer.left == MOST


class TestRemovedForGood:
    """Rows without a member or torrent are left out; those of others are written."""

    def test_member(self, deck: Any, user: Any, torrent: Any) -> None:
        other = deck.site.member()
        with deck.site.session() as session:
            session.execute(delete(User).where(User.id == other.id))
        deck.write(
            announce(other, torrent, credit_up=5, up=5, seed_seconds=5),
            announce(user, torrent, credit_up=6, up=6),
        )
        assert deck.site.credit(user) == (6, 0)
        assert deck.site.snatch(user, torrent).uploaded == 6
        assert [row.user_id for row in deck.site.peers(torrent)] == [user.id]
        assert deck.days(other) == []

    def test_torrent(self, deck: Any, user: Any, torrent: Any) -> None:
        another = deck.site.torrent()
        with deck.site.session() as session:
            session.execute(delete(Torrent).where(Torrent.id == another.id))
        deck.write(
            announce(user, another, credit_up=5, up=5), announce(user, torrent, credit_up=6, up=6)
        )
        # The credit of a torrent that is gone was earned nevertheless.
        assert deck.site.credit(user) == (11, 0)
        assert deck.site.snatch(user, another) is None
        assert deck.site.snatch(user, torrent).uploaded == 6

    def test_ids_that_no_row_can_have(self, deck: Any, user: Any, torrent: Any) -> None:
        deck.write(
            announce(2**64 - 1, torrent, credit_up=1),
            announce(user, 2**64 - 1, credit_up=1),
            announce(user, torrent, credit_up=6),
        )
        assert deck.site.credit(user) == (6, 0)
