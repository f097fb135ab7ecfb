"""The UDP front: ids, announces, scrapes and errors over real sockets."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from struct import pack
from typing import Any

import pytest

from tracker.fronts.connection_ids import ConnectionIds
from tracker.fronts.listening import ListenAddress
from tracker.protocol import udp

KEY = b"0123456789abcdef0123456789abcdef"
URL = b"/" + KEY + b"/announce"
LOCAL = b"\x7f\x00\x00\x01"


class Client:
    """A client at an address of its own."""

    def __init__(self, address: tuple[str, int]) -> None:
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.settimeout(10)
        self.socket.connect(address)
        self.id = b""

    def ask(self, packet: bytes) -> bytes:
        """The next packet that is received."""
        self.socket.send(packet)
        return self.socket.recv(2048)

    def connect(self) -> bytes:
        """Get a connection id; the whole answer."""
        answer = self.ask(udp.PROTOCOL_ID + udp.CONNECT + b"tran")
        self.id = answer[8:]
        return answer

    def hears_nothing(self, packet: bytes) -> bool:
        """Whether a packet is not answered, and the next request is."""
        self.socket.send(packet)
        return self.ask(udp.PROTOCOL_ID + udp.CONNECT + b"next")[4:8] == b"next"


def announce(connection: bytes, url: bytes = URL, port: int = 6881) -> bytes:
    """An announce with a passkey."""
    numbers = pack(">QQQII4siH", 0, 0, 0, 0, 0, b"key!", -1, port)
    options = b"\x02" + bytes((len(url),)) + url if url else b""
    return connection + udp.ANNOUNCE + b"tran" + b"h" * 20 + b"p" * 20 + numbers + options


def scrape(connection: bytes, *hashes: bytes) -> bytes:
    """A scrape."""
    return connection + udp.SCRAPE + b"tran" + b"".join(hashes)


@contextmanager
def client_of(served: Any, number: int = 0) -> Iterator[Client]:
    """A client of the UDP front."""
    client = Client(served.sockets.udp[number].getsockname()[:2])
    with client.socket:
        yield client


@pytest.fixture
def front(serving: Any) -> Iterator[Any]:
    """Fronts with UDP."""
    with serving(udp_listen=(ListenAddress("127.0.0.1", 0),)) as served:
        yield served


@pytest.fixture
def client(front: Any) -> Iterator[Client]:
    """A client without a connection id."""
    with client_of(front) as made:
        yield made


class TestConnect:
    def test_answer(self, client: Client) -> None:
        answer = client.connect()
        assert answer[:8] == udp.CONNECT + b"tran"
        assert len(answer) == 16

    def test_other_protocol(self, client: Client) -> None:
        assert client.hears_nothing(bytes(8) + udp.CONNECT + b"tran")

    def test_id_of_another_address(self, serving: Any, client: Client) -> None:
        ids = ConnectionIds(b"secret")
        assert not ids.check(LOCAL, ids.make(b"\x7f\x00\x00\x02"))

    @pytest.mark.parametrize("connection", [bytes(8), b"\xff" * 8, udp.PROTOCOL_ID])
    def test_wrong_id(self, front: Any, client: Client, connection: bytes) -> None:
        packet = announce(connection)
        answer = client.ask(packet)
        assert answer == b"\0\0\0\3tranThe connection id is wrong or too old."
        assert len(answer) <= len(packet)
        assert front.announcer.asked == []

    @pytest.mark.parametrize("action", [udp.ANNOUNCE, udp.SCRAPE, udp.ERROR, b"abcd"])
    def test_no_answer_is_longer_than_a_request_without_id(
        self, client: Client, action: bytes
    ) -> None:
        assert client.hears_nothing(bytes(8) + action + b"tran")
        assert client.hears_nothing(bytes(8) + action + b"tran" + bytes(20))


class TestIds:
    def test_are_valid_for_one_to_two_minutes(self) -> None:
        now = [1_000_000.0 // 64 * 64]
        ids = ConnectionIds(b"secret", lambda: now[0])
        first = ids.make(LOCAL)
        now[0] += 63
        last = ids.make(LOCAL)
        assert first == last
        now[0] += 64
        assert ids.check(LOCAL, first)
        now[0] += 1
        assert not ids.check(LOCAL, first)

    def test_belong_to_a_secret(self) -> None:
        ids = ConnectionIds(b"secret")
        assert ConnectionIds(b"secret").check(LOCAL, ids.make(LOCAL))
        assert not ConnectionIds(b"other").check(LOCAL, ids.make(LOCAL))


class TestAnnounce:
    def test_answer(self, front: Any, client: Client) -> None:
        client.connect()
        answer = client.ask(announce(client.id))
        assert answer == (
            udp.ANNOUNCE + b"tran" + pack(">III", 1800, 4, 3) + b"\x7f\x00\x00\x01\x1a\xe1"
        )
        [(_, passkey, asked, address)] = front.announcer.asked
        assert (passkey, address) == (KEY, LOCAL)
        assert asked.endpoint4 == LOCAL + b"\x1a\xe1"
        assert front.announcer.commits == [1]

    def test_ipv6(self, serving: Any) -> None:
        with (
            serving(udp_listen=(ListenAddress("::1", 0),)) as served,
            client_of(served) as client,
        ):
            client.connect()
            answer = client.ask(announce(client.id))
            assert answer[20:] == bytes(15) + b"\x01\x1a\xe1"
            assert served.announcer.asked[0][3] == bytes(15) + b"\x01"

    @pytest.mark.parametrize(
        ("url", "passkey"),
        [
            (b"", b""),
            (b"/announce?passkey=" + KEY, KEY),
            (b"/announce/" + KEY, KEY),
            (b"/elsewhere", b""),
        ],
    )
    def test_passkey(self, front: Any, client: Client, url: bytes, passkey: bytes) -> None:
        client.connect()
        client.ask(announce(client.id, url))
        assert front.announcer.asked[0][1] == passkey

    def test_refusal(self, client: Client) -> None:
        client.connect()
        answer = client.ask(announce(client.id, b"/wrong/announce"))
        assert answer == b"\0\0\0\3tranThe passkey is wrong."
        answer = client.ask(announce(client.id, port=1))
        assert answer == b"\0\0\0\3tranThe port 1 is not allowed."

    def test_error(self, front: Any, client: Client) -> None:
        client.connect()
        front.announcer.error = ZeroDivisionError()
        assert client.ask(announce(client.id)).startswith(b"\0\0\0\3tran")

    def test_refused_commit(self, front: Any, client: Client) -> None:
        client.connect()
        front.announcer.refusal = b"d14:failure reason4:fulle"
        assert client.ask(announce(client.id)) == b"\0\0\0\3tranfull"

    def test_unknown_action(self, client: Client) -> None:
        client.connect()
        assert client.ask(client.id + b"abcdtran").startswith(b"\0\0\0\3tran")


class TestScrape:
    def test_answer(self, client: Client) -> None:
        client.connect()
        client.ask(announce(client.id))
        hashes = [bytes((number,)) * 20 for number in range(74)]
        answer = client.ask(scrape(client.id, *hashes))
        counts = b"".join(pack(">III", number, number + 1, number + 2) for number in range(74))
        assert answer == udp.SCRAPE + b"tran" + counts

    def test_needs_an_announce(self, client: Client) -> None:
        client.connect()
        client.ask(announce(client.id, b"/wrong/announce"))
        answer = client.ask(scrape(client.id, bytes(20)))
        assert answer == b"\0\0\0\3tranAnnounce before you scrape."

    def test_wrong_length(self, client: Client) -> None:
        client.connect()
        answer = client.ask(scrape(client.id, bytes(19)))
        assert answer == b"\0\0\0\3tranA scrape has 1 to 74 info-hashes."


class TestPackets:
    @pytest.mark.parametrize("packet", [b"x", bytes(15), bytes(2049), bytes(9000)])
    def test_wrong_lengths(self, front: Any, client: Client, packet: bytes) -> None:
        assert client.hears_nothing(packet)
        assert front.counts.packets["invalid"] == 1
