"""Announcing: URLs, answers, and who is refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from fastbencode import bdecode

from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.sql import counted
from torrents.models import Torrent

INVALID = "Your passkey is not valid. Please download the torrent again."
NUMBERS = "&port=6881&uploaded=0&downloaded=0&left=0"


@pytest.fixture
def torrent(site: Any) -> Any:
    """A torrent."""
    return site.torrent()


@pytest.fixture
def peer(site: Any, torrent: Any) -> Any:
    """A client of a member, with the torrent."""
    return site.peer(site.member(), torrent)


def refusal(reason: str, retry_in: bytes | int | None = None) -> dict[bytes, Any]:
    """The whole answer to somebody who is refused."""
    answer: dict[bytes, Any] = {b"failure reason": reason.encode()}
    return answer if retry_in is None else answer | {b"retry in": retry_in}


class TestURLs:
    def test_both_forms(self, site: Any, peer: Any) -> None:
        query = f"info_hash={quote_from_bytes(peer.info_hash)}&peer_id={peer.peer_id.decode()}"
        for path in (f"/{peer.passkey}/announce", f"/announce/{peer.passkey}"):
            answer = site.ask(f"{path}?{query}{NUMBERS}")
            assert answer[b"complete"] == 1

    def test_no_other_methods(self, client: Client, peer: Any) -> None:
        client.post(f"/{peer.passkey}/announce", status=405)

    def test_of_the_download(
        self, site: Any, make_upload: Any, factory: Any, client: Client
    ) -> None:
        caller = client.as_key(factory.key(factory.user()))
        torrent_id, info_hash = make_upload(caller)
        body = caller.get(f"/torrents/{torrent_id}/download", status=200).body
        url = bdecode(body)[b"announce"].decode()
        assert url.startswith("http://localhost/")
        query = f"info_hash={quote_from_bytes(info_hash)}&peer_id={'x' * 20}{NUMBERS}"
        answer = site.ask(f"{url.removeprefix('http://localhost')}?{query}")
        assert answer[b"complete"] == 1


class TestClients:
    """What clients send, each in its own order and with escapes of its own."""

    HASH = b"!()*~\x00\xff -_.%&=+aZ0\xab\x7f"
    QUERIES = {
        "libtorrent": (
            "info_hash=!()*~%00%ff%20-_.%25%26%3d%2baZ0%ab%7f&peer_id=-LT2110-!(abcdefghi)"
            "&port=6881&uploaded=0&downloaded=0&left=1000&corrupt=0&key=1A2B3C4D&event=started"
            "&numwant=200&compact=1&no_peer_id=1&supportcrypto=1&redundant=0"
        ),
        "transmission": (
            "info_hash=%21%28%29%2a~%00%ff%20-_.%25%26%3d%2baZ0%ab%7f&peer_id=-TR3000-abcdefghijkl"
            "&port=51413&uploaded=0&downloaded=0&left=1000&numwant=80&key=55d2a8f1&compact=1"
            "&supportcrypto=1&event=started"
        ),
        "aria2": (
            "info_hash=%21%28%29%2A~%00%FF%20-_.%25%26%3D%2BaZ0%AB%7F"
            "&peer_id=A2-1-36-0-%00%FF%25abcdefg&uploaded=0&downloaded=0&left=1000&compact=1"
            "&key=%00%01%FE%FFabcd&numwant=50&no_peer_id=1&port=6881&event=started&supportcrypto=1"
        ),
        "rtorrent": (
            "info_hash=%21%28%29%2A%7E%00%FF%20%2D%5F%2E%25%26%3D%2BaZ0%AB%7F"
            "&peer_id=-lt0D80-%00%01%02%FD%FE%FF%2Fabcde&key=1a2b3c4d&compact=1&port=6881"
            "&uploaded=0&downloaded=0&left=1000&event=started"
        ),
        "ctorrent": (
            "info_hash=%21%28%29%2A~%00%FF%20-_.%25%26%3D%2BaZ0%AB%7F"
            "&peer_id=-CD0303-%F0%9F%92%A9abcdefgh&port=2706&key=abc&event=started&uploaded=0"
            "&downloaded=0&left=1000&compact=1&numwant=100"
        ),
        "a form encoder": (
            "info_hash=!()*~%00%ff+-_.%25%26%3d%2baZ0%ab%7f&peer_id=-XX0001-abcdefghijkl"
            "&port=6881&uploaded=0&downloaded=0&left=1000"
        ),
    }

    def test_are_understood(self, site: Any) -> None:
        torrent = site.torrent(info_hash=self.HASH)
        counts = {}
        for name, query in self.QUERIES.items():
            answer = site.ask(f"/{site.passkey(site.member())}/announce?{query}")
            counts[name] = answer.get(b"incomplete", answer)
        assert counts == {name: number for number, name in enumerate(self.QUERIES, 1)}
        assert len(site.peers(torrent)) == len(self.QUERIES)

    def test_empty_peer_id(self, site: Any, peer: Any) -> None:
        query = f"numwant=30&info_hash={quote_from_bytes(peer.info_hash)}&peer_id={NUMBERS}"
        reason = "The peer_id has 0 bytes instead of 20."
        assert site.ask(f"/{peer.passkey}/announce?{query}") == refusal(reason, b"never")


class TestAnswer:
    def test_head(self, peer: Any) -> None:
        answer = peer.announce(left=1000)
        assert 1800 <= answer.pop(b"interval") <= 2040
        assert answer == {
            b"complete": 0,
            b"downloaded": 0,
            b"external ip": bytes(map(int, peer.address.split("."))),
            b"incomplete": 1,
            b"min interval": 900,
            b"peers": b"",
        }

    def test_compact(self, site: Any, torrent: Any, peer: Any) -> None:
        peer.announce(left=1000)
        other = site.peer(site.member(), torrent, address="10.1.2.3", port=6881)
        assert other.announce(left=1000)[b"peers"] == bytes(
            [*map(int, peer.address.split(".")), *peer.port.to_bytes(2, "big")]
        )
        assert peer.announce(left=1000, compact=1)[b"peers"] == b"\x0a\x01\x02\x03\x1a\xe1"

    def test_dictionaries(self, site: Any, torrent: Any, peer: Any) -> None:
        other = site.peer(site.member(), torrent, address="2a00::7", port=6881)
        other.announce(left=1000)
        peer.announce(left=1000)
        told = other.announce(left=1000, compact=0, address="2a00::7")[b"peers"]
        # The other family is of no use to who was not seen there.
        assert told == []
        other.announce(left=1000, address="10.1.2.3")
        shown = {b"ip": b"10.1.2.3", b"peer id": other.peer_id, b"port": 6881}
        assert peer.announce(left=1000, compact=0)[b"peers"] == [shown]
        del shown[b"peer id"]
        assert peer.announce(left=1000, compact=0, no_peer_id=1)[b"peers"] == [shown]

    def test_ipv6(self, site: Any, torrent: Any) -> None:
        first, second = (
            site.peer(site.member(), torrent, address=f"2a00::{n}", port=6881) for n in (1, 2)
        )
        assert first.announce(left=1000)[b"external ip"] == b"\x2a" + bytes(14) + b"\x01"
        answer = second.announce(left=1000)
        assert answer[b"peers"] == b""
        assert answer[b"peers6"] == b"\x2a" + bytes(14) + b"\x01\x1a\xe1"

    def test_ipv4_over_ipv6(self, site: Any, torrent: Any, peer: Any) -> None:
        site.peer(site.member(), torrent, address="::ffff:10.9.9.9", port=6881).announce(left=1)
        assert peer.announce(left=1)[b"peers"] == b"\x0a\x09\x09\x09\x1a\xe1"

    def test_as_many_as_wanted(self, site: Any, torrent: Any, peer: Any) -> None:
        for _ in range(4):
            site.peer(site.member(), torrent).announce(left=1000)
        lengths = [len(peer.announce(left=1000, numwant=n)[b"peers"]) // 6 for n in (0, 3, 99)]
        assert lengths == [0, 3, 4]

    def test_seeders_are_told_of_no_seeders(self, site: Any, torrent: Any, peer: Any) -> None:
        seeder, leecher = (site.peer(site.member(), torrent) for _ in range(2))
        seeder.announce()
        assert peer.announce()[b"peers"] == b""
        leecher.announce(left=1000)
        answer = peer.announce()
        assert len(answer[b"peers"]) == 6
        assert (answer[b"complete"], answer[b"incomplete"]) == (2, 1)

    def test_stopped(self, site: Any, torrent: Any, peer: Any) -> None:
        site.peer(site.member(), torrent).announce(left=1000)
        peer.announce(left=1000)
        answer = peer.announce(left=1000, event="stopped", numwant=0)
        assert (answer[b"incomplete"], answer[b"peers"]) == (1, b"")


class TestRefused:
    @pytest.mark.parametrize("wrong", ["0" * 32, "x", "%C3%A9", "a" * 1000])
    def test_wrong_passkey(self, site: Any, peer: Any, wrong: str) -> None:
        paths = [f"/announce/{wrong}"] + [f"/{wrong}/announce"] * (wrong == "0" * 32)
        for path in paths:
            assert site.ask(path) == refusal(INVALID)

    def test_disabled_at_once(self, site: Any, torrent: Any) -> None:
        user = site.member()
        peer = site.peer(user, torrent)
        assert b"interval" in peer.announce()
        site.change(user, enabled=False)
        assert peer.announce() == refusal("Your account has been disabled.", b"never")

    def test_locked_at_once(self, site: Any, torrent: Any) -> None:
        user = site.member()
        peer = site.peer(user, torrent)
        assert b"interval" in peer.announce()
        site.change(user, locked=True)
        assert peer.announce() == refusal("Your account has been locked.", 60)
        site.change(user, locked=False)
        assert b"interval" in peer.announce()

    def test_passkey_reset_at_once(self, site: Any, torrent: Any) -> None:
        user = site.member(grants=("secrets_view",))
        peer = site.peer(user, torrent)
        assert b"interval" in peer.announce()
        caller = site.client(user)
        answer = caller.post("/users/me/secrets/passkey", status=201).json["response"]
        assert answer["value"] == site.passkey(user) != peer.passkey
        assert peer.announce() == refusal(INVALID)

    @pytest.mark.parametrize(
        ("changes", "reason", "retry_in"),
        [
            ({"port": 80}, "The port 80 is not allowed.", None),
            ({"left": -1}, "The parameter left is not a number.", b"never"),
            ({"left": 2**63}, "The parameter left is too large.", b"never"),
            ({"event": "exploded"}, "The event is unknown.", b"never"),
            ({"key": "x" * 65}, "The key is too long.", b"never"),
            ({"key": "%zz"}, "The key has an invalid percent escape.", b"never"),
            ({"junk": "x" * 2048}, "The query string is too long.", b"never"),
        ],
    )
    def test_bad_query(
        self, peer: Any, changes: dict[str, Any], reason: str, retry_in: bytes | None
    ) -> None:
        others = dict(changes)
        peer.port = others.pop("port", peer.port)
        assert peer.announce(**others) == refusal(reason, retry_in)

    @pytest.mark.parametrize("name", ["info_hash", "peer_id", "port", "uploaded", "left"])
    def test_missing(self, site: Any, peer: Any, name: str) -> None:
        query = f"info_hash={'x' * 20}&peer_id={'x' * 20}{NUMBERS}"
        rest = "&".join(part for part in query.split("&") if not part.startswith(f"{name}="))
        expected = refusal(f"The parameter {name} is missing.", b"never")
        assert site.ask(f"/{peer.passkey}/announce?{rest}") == expected

    def test_no_query(self, site: Any, peer: Any) -> None:
        assert site.ask(f"/{peer.passkey}/announce")[b"retry in"] == b"never"

    def test_no_address(self, peer: Any) -> None:
        reason = "The address of the client is not an IP address."
        assert peer.announce(address="unix:") == refusal(reason)

    def test_fourth_location(self, site: Any, torrent: Any) -> None:
        user = site.member()
        peers = [site.peer(user, torrent) for _ in range(4)]
        for peer in peers[:3]:
            assert b"interval" in peer.announce()
        reason = "You have this torrent in 3 clients already."
        assert peers[3].announce() == refusal(reason, 30)
        peers[0].announce(event="stopped")
        assert b"interval" in peers[3].announce()


class TestClientLists:
    def test_denied(self, start: Any) -> None:
        site = start(denied_clients="-XX0001- -YY", flush_interval="0")
        peer = site.peer(site.member(), site.torrent())
        assert peer.announce() == refusal("Your client is not allowed here.", 60)
        peer.peer_id = b"-XX0002-" + bytes(12)
        assert b"interval" in peer.announce()

    def test_allowed(self, start: Any) -> None:
        site = start(allowed_clients="-XX", denied_clients="-XX0001-", flush_interval="0")
        peer = site.peer(site.member(), site.torrent())
        assert b"failure reason" in peer.announce()
        peer.peer_id = b"-XX0002-" + bytes(12)
        assert b"interval" in peer.announce()
        peer.peer_id = b"-YY0001-" + bytes(12)
        assert b"failure reason" in peer.announce()


class TestRegistration:
    UNKNOWN = refusal("This torrent is not registered here.", 5)

    def test_from_upload_to_deletion(
        self, site: Any, factory: Any, client: Client, make_upload: Any
    ) -> None:
        user = factory.user()
        caller = client.as_key(factory.key(user))
        _, info_hash = make_upload(None)
        peer = site.peer(user, site.torrent(), info_hash=info_hash)
        assert peer.announce() == self.UNKNOWN
        torrent_id, _ = make_upload(caller)
        assert peer.announce()[b"complete"] == 1
        with site.session() as session:
            torrent = session.get_one(Torrent, torrent_id)
        assert len(site.peers(torrent)) == 1
        caller.delete(f"/torrents/{torrent_id}", status=200)
        assert peer.announce() == self.UNKNOWN
        assert site.peers(torrent) == []
        again, _ = make_upload(caller)
        assert again != torrent_id
        assert peer.announce()[b"complete"] == 1

    @pytest.mark.parametrize("name", ["info_hash", "info_hash_short"])
    def test_each_hash_of_a_hybrid(self, site: Any, name: str) -> None:
        torrent = site.torrent("hybrid")
        peer = site.peer(site.member(), torrent, info_hash=getattr(torrent, name))
        assert peer.announce()[b"complete"] == 1

    def test_v2(self, site: Any) -> None:
        torrent = site.torrent("v2")
        assert site.peer(site.member(), torrent).announce()[b"complete"] == 1


class TestSQL:
    def test_none_with_warm_caches(self, start: Any) -> None:
        site = start()
        peer = site.peer(site.member(), site.torrent())
        peer.announce(left=1000)
        engine = site.registry.getUtility(IDatabase).engine
        with counted(engine) as statements:
            peer.announce(1, 2, 3)
            peer.announce(4, 5, 0, event="completed")
        assert statements == []
        assert site.credit(site.member()) == (0, 0)
        with counted(engine) as statements:
            site.tracker.flush()
        assert len(statements) > 0

    def test_unknown_torrents_are_remembered(self, start: Any) -> None:
        site = start()
        peer = site.peer(site.member(), site.torrent(), info_hash=b"?" * 20)
        peer.announce()
        with counted(site.registry.getUtility(IDatabase).engine) as statements:
            assert b"failure reason" in peer.announce()
        assert statements == []
