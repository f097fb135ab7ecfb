"""Peers of torrents, and what members do with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from pulsar.testing import ABSENT
from pulsar.testing.client import Client

START = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """The time, which stands still until it is shifted."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def torrent(site: Any) -> Any:
    """A torrent."""
    return site.torrent()


@pytest.fixture
def user(site: Any) -> Any:
    """A member."""
    return site.member("bob")


@pytest.fixture
def bob(site: Any, user: Any) -> Client:
    """The member's client of the API."""
    found: Client = site.client(user)
    return found


@pytest.fixture
def watcher(site: Any) -> Client:
    """Somebody who may see peers, and no addresses."""
    found: Client = site.client(site.member(grants=("tracker_view_peers",)))
    return found


def items(client: Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(path, status=200).json["response"]["items"]
    return found


class TestPeers:
    @pytest.fixture
    def path(self, torrent: Any) -> str:
        """The torrent's peers."""
        return f"/torrents/{torrent.id}/peers"

    def test_shown(
        self, site: Any, torrent: Any, user: Any, watcher: Client, path: str, clock: Any
    ) -> None:
        peer = site.peer(user, torrent)
        peer.announce(left=1000)
        clock.shift(60)
        peer.announce(5, 600, 400)
        assert items(watcher, path) == [
            {
                "torrent_id": torrent.id,
                "user": {"id": user.id, "username": "bob"},
                "client": "-XX0001-",
                "uploaded": 5,
                "downloaded": 600,
                "left": 400,
                "seeding": False,
                "last_announce": "2030-01-01T00:01:00Z",
            }
        ]

    def test_seeders_first_and_who_stopped_not(
        self, site: Any, torrent: Any, watcher: Client, path: str
    ) -> None:
        site.peer(site.member("leecher"), torrent).announce(left=1000)
        site.peer(site.member("seeder"), torrent).announce()
        gone = site.peer(site.member("gone"), torrent)
        gone.announce()
        gone.announce(event="stopped")
        shown = items(watcher, path)
        assert [item["user"]["username"] for item in shown] == ["seeder", "leecher"]
        assert [item["seeding"] for item in shown] == [True, False]

    def test_addresses(self, site: Any, torrent: Any, watcher: Client, path: str) -> None:
        site.peer(site.member(), torrent, address="10.1.2.3").announce(left=1)
        site.peer(site.member(), torrent, address="2a00::7").announce(left=2)
        assert all("address" not in item for item in items(watcher, path))
        moderator = site.member(grants=("tracker_view_peers", "users_moderate"))
        shown = items(site.client(moderator), path)
        assert [item["address"] for item in shown] == ["10.1.2.3", "2a00::7"]

    def test_own_address(self, site: Any, torrent: Any, path: str) -> None:
        user = site.member(grants=("tracker_view_peers",))
        site.peer(user, torrent, address="10.1.2.3").announce(left=1)
        site.peer(site.member(), torrent).announce(left=2)
        shown = items(site.client(user), path)
        assert [item.get("address") for item in shown] == ["10.1.2.3", None]

    def test_unprintable_client(self, site: Any, torrent: Any, watcher: Client, path: str) -> None:
        site.peer(site.member(), torrent, peer_id=b"\xff\x00abc" + bytes(15)).announce()
        assert items(watcher, path)[0]["client"] == "\ufffd\0abc\0\0\0"

    def test_permission(self, client: Client, bob: Client, path: str) -> None:
        client.get(path, status=401)
        bob.get(path, status=403)

    def test_deleted_torrent(
        self, site: Any, torrent: Any, staff: Client, watcher: Client, path: str
    ) -> None:
        site.peer(site.member(), torrent).announce()
        staff.delete(f"/torrents/{torrent.id}", status=200)
        watcher.get(path, status=404)
        assert site.peers(torrent) == []

    def test_sql_does_not_grow(
        self, site: Any, torrent: Any, watcher: Client, path: str, count_sql: Any
    ) -> None:
        for _ in range(3):
            site.peer(site.member(), torrent).announce()
        watcher.get(path)
        # The torrent, the count, the peers with their members.
        for limit in (1, 3):
            with count_sql() as statements:
                assert len(items(watcher, f"{path}?limit={limit}")) == limit
            assert len(statements) == 3


class TestSnatches:
    def test_shown(self, site: Any, torrent: Any, user: Any, bob: Client, clock: Any) -> None:
        peer = site.peer(user, torrent)
        peer.announce(left=1000)
        clock.shift(60)
        peer.announce(5, 1000, 0, event="completed")
        clock.shift(1800)
        peer.announce(8, 1000, 0)
        assert items(bob, "/users/me/snatches") == [
            {
                "torrent_id": torrent.id,
                "torrent": {
                    "id": torrent.id,
                    "title": torrent.group.title,
                    "category": "other",
                    "size": 1000,
                },
                "uploaded": 8,
                "downloaded": 1000,
                "left": 0,
                "seed_seconds": 1800,
                "snatches": 1,
                "snatched_at": "2030-01-01T00:01:00Z",
                "first_action": "2030-01-01T00:00:00Z",
                "last_action": "2030-01-01T00:31:00Z",
            }
        ]

    def test_completed_only_the_last_first(
        self, site: Any, user: Any, bob: Client, clock: Any
    ) -> None:
        torrents = [site.torrent() for _ in range(4)]
        for number, torrent in enumerate(torrents[:3]):
            peer = site.peer(user, torrent)
            peer.announce(left=1000)
            clock.shift(10)
            if number != 1:
                peer.announce(event="completed")
        # Seeded, but never downloaded.
        site.peer(user, torrents[3]).announce()
        shown = [item["torrent_id"] for item in items(bob, "/users/me/snatches")]
        assert shown == [torrents[2].id, torrents[0].id]

    def test_sql_does_not_grow(self, site: Any, user: Any, bob: Client, count_sql: Any) -> None:
        for _ in range(3):
            peer = site.peer(user, site.torrent(uploader_id=site.member().id))
            peer.announce(left=1000)
            peer.announce(event="completed")
        bob.get("/users/me/snatches")
        # The caller, the count, the snatches with their torrents.
        for limit in (1, 3):
            with count_sql() as statements:
                assert len(items(bob, f"/users/me/snatches?limit={limit}")) == limit
            assert len(statements) == 3


class TestSeeding:
    def test_right_now(self, site: Any, user: Any, bob: Client, staff: Client, clock: Any) -> None:
        seeded, leeched, stopped, deleted, silent = (site.torrent() for _ in range(5))
        site.peer(user, silent).announce()
        clock.shift(7201)
        for torrent in (seeded, stopped, deleted):
            site.peer(user, torrent).announce()
        # A second client makes no second entry.
        site.peer(user, seeded).announce()
        site.peer(user, leeched).announce(left=1)
        gone = site.peer(user, stopped)
        gone.announce()
        gone.announce(event="stopped")
        shown = [item["torrent_id"] for item in items(bob, "/users/me/seeding")]
        assert shown == [deleted.id, stopped.id, seeded.id]
        staff.delete(f"/torrents/{deleted.id}", status=200)
        shown = [item["torrent_id"] for item in items(bob, "/users/me/seeding")]
        assert shown == [stopped.id, seeded.id]

    def test_of_that_member(self, site: Any, torrent: Any, bob: Client) -> None:
        site.peer(site.member(), torrent).announce()
        assert items(bob, "/users/me/seeding") == []


@pytest.mark.parametrize("name", ["snatches", "seeding"])
class TestPrivacy:
    def test_own(self, bob: Client, user: Any, name: str) -> None:
        assert items(bob, f"/users/me/{name}") == items(bob, f"/users/{user.id}/{name}") == []

    def test_others(self, site: Any, client: Client, user: Any, name: str) -> None:
        path = f"/users/{user.id}/{name}"
        client.get(path, status=401)
        client.get(f"/users/me/{name}", status=401)
        site.client(site.member()).get(path, status=403)

    def test_watcher(self, watcher: Client, user: Any, name: str) -> None:
        assert items(watcher, f"/users/{user.id}/{name}") == []
        watcher.get(f"/users/{ABSENT}/{name}", status=404)

    def test_restricted_key(self, client: Client, factory: Any, user: Any, name: str) -> None:
        key = factory.key(user, "users_view")
        client.as_key(key).get(f"/users/me/{name}", status=403)
        key = factory.key(user, "users_view", "torrents_view")
        client.as_key(key).get(f"/users/me/{name}", status=200)
