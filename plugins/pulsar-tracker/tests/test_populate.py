"""The swarms that a site is tried out with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.interfaces import IDatabase
from pulsar.populate.material import seeded
from pulsar.populate.running import populate
from pulsar.testing.backends import Backend
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.testing.sites import Sites
from pulsar.users.models import User
from torrents.models import Torrent
from tracker.interfaces import ITracker
from tracker.models import PeerRow, SnatchRow
from tracker.populate.history import shares


@pytest.fixture(scope="module")
def populated(
    migrated: Backend, pulsar_settings: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """A populated site with this plugin only: others spend what members are credited here."""
    settings = {**pulsar_settings, "pulsar.plugins": "torrents tracker"}
    sites = Sites(migrated, settings, tmp_path_factory.mktemp("credited"), "credited")
    app = sites.make()
    populate(app.registry, 0.05, lambda title, done, total: None)
    yield app
    sites.close()


@pytest.fixture
def session(populated: Any) -> Iterator[Session]:
    """A session of the populated site."""
    with populated.registry.getUtility(IDatabase).session() as found:
        yield found


@pytest.fixture
def snatches(session: Session) -> list[SnatchRow]:
    """What members did."""
    return list(session.scalars(select(SnatchRow)))


class TestShares:
    @pytest.mark.parametrize("total", [0, 1, 7, 10**15])
    def test_all_of_it(self, total: int) -> None:
        given = shares(seeded("tests"), total, [3, 1, 2])
        assert list(given) == [3, 1, 2]
        assert sum(given.values()) == total
        assert min(given.values()) >= 0


class TestHistory:
    def test_bytes_have_a_giver(self, snatches: list[SnatchRow]) -> None:
        """In each torrent, what was uploaded is what was downloaded."""
        balance: dict[int, int] = defaultdict(int)
        for snatch in snatches:
            balance[snatch.torrent_id] += snatch.uploaded - snatch.downloaded
        assert set(balance.values()) == {0}
        assert sum(snatch.downloaded for snatch in snatches) > 0

    def test_completions(self, snatches: list[SnatchRow]) -> None:
        for snatch in snatches:
            complete = snatch.downloaded == snatch.torrent.size
            assert (snatch.snatched_at is not None) == complete == (snatch.snatches == 1)
            assert snatch.left in (0, snatch.torrent.size - snatch.downloaded)
            assert snatch.first_action <= (snatch.snatched_at or snatch.last_action)
            assert (snatch.snatched_at or snatch.first_action) <= snatch.last_action <= utcnow()

    def test_nobody_before_the_upload(self, snatches: list[SnatchRow]) -> None:
        for snatch in snatches:
            assert snatch.first_action >= snatch.torrent.created


class TestCredit:
    def test_adds_up(self, populated: Any, session: Session, snatches: list[SnatchRow]) -> None:
        credit = populated.registry.settings["pulsar.start_credit"]
        moved: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for snatch in snatches:
            moved[snatch.user_id][0] += snatch.uploaded
            moved[snatch.user_id][1] += snatch.downloaded
        for member in session.scalars(select(User)):
            up, down = moved[member.id]
            assert (member.uploaded, member.downloaded) == (credit + up, down)


class TestSwarms:
    @pytest.fixture
    def peers(self, session: Session) -> list[PeerRow]:
        """The clients that are there."""
        return list(session.scalars(select(PeerRow)))

    def test_counters(
        self, session: Session, peers: list[PeerRow], snatches: list[SnatchRow]
    ) -> None:
        for torrent in session.scalars(select(Torrent)):
            here = [peer for peer in peers if peer.torrent_id == torrent.id]
            taken = [snatch for snatch in snatches if snatch.torrent_id == torrent.id]
            assert torrent.seeders == sum(peer.left == 0 for peer in here)
            assert torrent.leechers == sum(peer.left > 0 for peer in here)
            assert torrent.snatches == sum(snatch.snatches for snatch in taken)
            assert not (torrent.deleted and taken)

    def test_peers_have_a_history(self, peers: list[PeerRow], snatches: list[SnatchRow]) -> None:
        known = {(snatch.torrent_id, snatch.user_id): snatch for snatch in snatches}
        assert peers
        for peer in peers:
            snatch = known[(peer.torrent_id, peer.user_id)]
            assert (peer.uploaded, peer.downloaded) == (snatch.uploaded, snatch.downloaded)
            assert peer.left == snatch.left
            assert peer.seen == snatch.last_action.timestamp()
            assert len(peer.peer_id) == 20
            assert len(peer.endpoint4 or b"") == 6

    def test_only_who_may_announce(self, session: Session, peers: list[PeerRow]) -> None:
        users = {peer.user_id for peer in peers}
        out = select(User.id).where(~User.enabled | User.locked)
        assert users.isdisjoint(session.scalars(out))

    def test_taken_up_by_the_tracker(self, populated: Any, peers: list[PeerRow]) -> None:
        """They are recent enough to be still there when the site starts."""
        tracker = populated.registry.getUtility(ITracker)
        tracker.load()
        sizes = tracker.store.scrape({peer.torrent_id for peer in peers}).values()
        assert sum(size.complete + size.incomplete for size in sizes) == len(peers)

    @pytest.fixture
    def admin(self, populated: Any) -> Client:
        """A client with a key of the member who may do everything."""
        with populated.registry.getUtility(IDatabase).session(True) as session:
            found = session.scalars(select(User).where(User.username == "admin")).one()
            return Client(populated, Factory(session).key(found))

    def test_lists(self, admin: Client, peers: list[PeerRow]) -> None:
        peer = next(peer for peer in peers if peer.left == 0)
        shown = admin.get(f"/torrents/{peer.torrent_id}/peers", status=200).json["response"]
        assert peer.user_id in [one["user"]["id"] for one in shown["items"]]
        shown = admin.get(f"/users/{peer.user_id}/seeding?limit=100", status=200).json["response"]
        assert peer.torrent_id in [one["torrent_id"] for one in shown["items"]]
