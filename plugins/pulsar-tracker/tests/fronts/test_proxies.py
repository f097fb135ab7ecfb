"""Addresses of clients: as sockets have them, and as proxies forward them."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from tracker.fronts.addresses import network, pack
from tracker.fronts.listening import ListenAddress
from tracker.fronts.proxies import TrustedProxies, networks

CLIENT = b"\xc0\x00\x02\x04"
CLIENT6 = b"\x20\x01\x0d\xb8" + bytes(11) + b"\x01"
LOCAL = b"\x7f\x00\x00\x01"


class TestPack:
    @pytest.mark.parametrize(
        ("host", "packed"),
        [
            ("192.0.2.4", CLIENT),
            ("::ffff:192.0.2.4", CLIENT),
            ("::ffff:c000:204", CLIENT),
            ("192.0.2.4:6881", CLIENT),
            ("[::ffff:192.0.2.4]:6881", CLIENT),
            ("2001:db8::1", CLIENT6),
            ("[2001:db8::1]", CLIENT6),
            ("[2001:db8::1]:4711", CLIENT6),
            ("fe80::1%eth0", b"\xfe\x80" + bytes(13) + b"\x01"),
            ("unknown", b""),
            ("", b""),
            ("1.2.3", b""),
            ("1.2.3.4\0", b""),
            ("1" * 10_000, b""),
        ],
    )
    def test_hosts(self, host: str, packed: bytes) -> None:
        assert pack(host) == packed

    def test_networks(self) -> None:
        assert network(CLIENT) == CLIENT
        assert network(CLIENT6) == network(CLIENT6[:8] + bytes(8)) == CLIENT6[:8]


class TestTrust:
    def test_networks(self) -> None:
        proxies = TrustedProxies(networks("127.0.0.1 10.0.0.0/8 2001:db8::/32"))
        assert proxies.trust(pack("127.0.0.1"))
        assert proxies.trust(pack("10.255.0.1"))
        assert proxies.trust(pack("::ffff:10.0.0.1"))
        assert proxies.trust(CLIENT6)
        assert not proxies.trust(pack("127.0.0.2"))
        assert not proxies.trust(pack("11.0.0.1"))
        assert not proxies.trust(pack("2001:db9::"))
        assert not proxies.trust(b"")
        assert not TrustedProxies().trust(LOCAL)

    @pytest.mark.parametrize("text", ["localhost", "10.0.0.1/8", "10.0.0.0/33", "1.2.3.4:5"])
    def test_what_is_no_network(self, text: str) -> None:
        with pytest.raises(ValueError, match="must be addresses or networks"):
            networks(text)

    @pytest.mark.parametrize(
        ("forwarded", "client"),
        [
            (b"192.0.2.4", CLIENT),
            (b"::ffff:192.0.2.4", CLIENT),
            (b"8.8.8.8, 192.0.2.4", CLIENT),
            (b"8.8.8.8,192.0.2.4 , 10.0.0.1,10.0.0.2", CLIENT),
            (b"10.0.0.1, 10.0.0.2", pack("10.0.0.1")),
            (b'"[2001:db8::1]:80"', CLIENT6),
            (b"192.0.2.4, unknown", b""),
            (b"192.0.2.4,", b""),
            (b"", b""),
            (b"\xff\xff", b""),
        ],
    )
    def test_last_entry_that_is_not_trusted(self, forwarded: bytes, client: bytes) -> None:
        assert TrustedProxies(networks("10.0.0.0/8")).client(forwarded) == client


def request(*headers: bytes) -> bytes:
    return b"\r\n".join([b"GET /k/announce?a HTTP/1.1", b"Connection: close", *headers, b"", b""])


class TestForwarded:
    def test_from_a_trusted_proxy(self, serving: Any) -> None:
        with serving(proxies=TrustedProxies(networks("127.0.0.1"))) as served:
            served.ask(request(b"X-Forwarded-For: 8.8.8.8, 192.0.2.4"))
            served.ask(request(b"x-forwarded-for: 8.8.8.8", b"X-FORWARDED-FOR: 2001:db8::1"))
            # A client on the same machine.
            served.ask(request())
            addresses = [asked[3] for asked in served.announcer.asked]
        assert addresses == [CLIENT, CLIENT6, LOCAL]

    def test_from_others(self, serving: Any) -> None:
        with serving(proxies=TrustedProxies(networks("127.0.0.2"))) as served:
            served.ask(request(b"X-Forwarded-For: 192.0.2.4"))
            assert served.announcer.asked[0][3] == LOCAL

    def test_requests_of_one_connection_have_their_own(self, serving: Any, read: Any) -> None:
        with (
            serving(proxies=TrustedProxies(networks("127.0.0.1"))) as served,
            served.connect() as connection,
        ):
            line = b"GET /k/announce HTTP/1.1\r\n"
            connection.sendall(
                line
                + b"X-Forwarded-For: 192.0.2.4\r\n\r\n"
                + line
                + b"\r\n"
                + line
                + b"X-Forwarded-For: 2001:db8::1\r\n\r\n"
            )
            read(connection, 3)
            addresses = [asked[3] for asked in served.announcer.asked]
        assert addresses == [CLIENT, LOCAL, CLIENT6]

    def test_without_an_address(self, serving: Any) -> None:
        with serving(proxies=TrustedProxies(networks("127.0.0.1"))) as served:
            answer = served.ask(request(b"X-Forwarded-For: unknown"))
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
            assert b"does not say your address" in answer
            assert served.announcer.asked == []


class TestUnixSocket:
    def test_peers_are_proxies(self, serving: Any, unix_path: Path) -> None:
        listen = (ListenAddress("127.0.0.1", 0),)
        with serving(listen=listen, unix_socket=unix_path) as served:
            assert unix_path.stat().st_mode & 0o777 == 0o660
            answers = []
            for headers in ((b"X-Forwarded-For: 192.0.2.4",), ()):
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(str(unix_path))
                    connection.sendall(request(*headers))
                    answers.append(connection.recv(65_536))
            assert answers[0].endswith(b"d5:query1:ae")
            assert b"does not say your address" in answers[1]
            assert [asked[3] for asked in served.announcer.asked] == [CLIENT]
        assert not unix_path.exists()
