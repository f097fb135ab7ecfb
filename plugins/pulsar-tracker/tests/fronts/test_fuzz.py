"""Bytes that no client should send: no crash, bounded, and an answer that can be understood."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.fronts.connection_ids import ConnectionIds
from tracker.fronts.listening import ListenAddress
from tracker.fronts.options import ConnectionLimits
from tracker.protocol import udp

SECRET = b"known to the test"
SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
#: What HTTP requests are made of, so that generated ones are nearly right.
PIECES = st.sampled_from(
    [
        b"GET ",
        b"HEAD ",
        b"POST ",
        b"/0123456789abcdef0123456789abcdef/announce",
        b"/announce/x",
        b"/scrape",
        b"?info_hash=%00&",
        b" HTTP/1.1",
        b" HTTP/1.0",
        b" HTTP/9.9",
        b"\r\n",
        b"\n",
        b"\r\n\r\n",
        b"Connection: close\r\n",
        b"Connection: keep-alive\r\n",
        b"Connection: upgrade\r\nUpgrade: x\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: -1\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"5\r\nhello\r\n0\r\n\r\n",
        b"X-Forwarded-For: 1.2.3.4, [::1]:5\r\n",
        b"Expect: 100-continue\r\n",
        b" folded\r\n",
        b"\x00",
        b"\xff\xfe",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
    ]
)
HTTP = st.lists(st.one_of(PIECES, PIECES, PIECES, st.binary(max_size=40)), max_size=20).map(
    b"".join
)


@pytest.fixture(scope="module")
def front(serving_module: Any) -> Iterator[Any]:
    """Fronts that serve all examples."""
    limits = ConnectionLimits(request_seconds=30, idle_seconds=30)
    listen = (ListenAddress("127.0.0.1", 0),)
    with serving_module(limits=limits, udp_listen=listen, secret=SECRET) as served:
        yield served


def parse(data: bytes) -> list[tuple[int, bytes]]:
    """The status and the body of each response. Raises ValueError if they are not HTTP."""
    responses = []
    while data:
        head, end, rest = data.partition(b"\r\n\r\n")
        line, *headers = head.split(b"\r\n")
        version, status, _ = line.split(b" ", 2)
        assert (version, end) == (b"HTTP/1.1", b"\r\n\r\n")
        names = dict(header.split(b": ", 1) for header in headers)
        length = int(names[b"Content-Length"])
        responses.append((int(status), rest[:length]))
        data = rest[length:]
    return responses


class TestHTTP:
    @SOME
    @given(data=HTTP, cuts=st.lists(st.integers(0, 400), max_size=3))
    def test_bytes(self, front: Any, data: bytes, cuts: list[int]) -> None:
        edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
        with front.connect() as connection:
            received = b""
            try:
                for start, end in pairwise(edges):
                    connection.sendall(data[start:end])
                connection.shutdown(socket.SHUT_WR)
                while part := connection.recv(65_536):
                    received += part
            except OSError:
                pass
        for status, body in parse(received):
            assert status in (200, 400, 404, 405, 431)
            if status == 200:
                assert body.startswith(b"d5:query")
        self.is_well(front)

    @SOME
    @given(url=st.binary(max_size=300).filter(lambda url: not set(url) & set(b" \r\n")))
    def test_urls(self, front: Any, url: bytes) -> None:
        line = b"GET /k/announce?%b HTTP/1.1\r\nConnection: close\r\n\r\n" % url
        [(status, body)] = parse(front.ask(line))
        if status == 200:
            assert body == b"d5:query%d:%be" % (len(url), url)
        else:
            assert status == 400

    def is_well(self, front: Any) -> None:
        """Others are served all the same."""
        answer = front.ask(b"GET /k/announce?a HTTP/1.0\r\n\r\n")
        assert answer.endswith(b"d5:query1:ae")


class TestUDP:
    @SOME
    @given(
        packet=st.one_of(
            st.binary(max_size=200),
            st.tuples(
                st.sampled_from([bytes(8), udp.PROTOCOL_ID, b"the id"]),
                st.sampled_from([udp.CONNECT, udp.ANNOUNCE, udp.SCRAPE, udp.ERROR]),
                st.binary(min_size=4, max_size=120),
            ).map(b"".join),
        )
    )
    def test_packets(self, front: Any, packet: bytes) -> None:
        connection = ConnectionIds(SECRET).make(b"\x7f\x00\x00\x01")
        is_confirmed = packet.startswith(b"the id")
        packet = packet.replace(b"the id", connection, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(10)
            client.connect(front.sockets.udp[0].getsockname())
            client.send(packet)
            client.send(udp.PROTOCOL_ID + udp.CONNECT + b"last")
            answers = [client.recv(2048)]
            while answers[-1][4:8] != b"last" or answers[-1][:4] != udp.CONNECT:
                answers.append(client.recv(2048))
        assert len(answers) <= 2
        for answer in answers[:-1]:
            assert answer[:4] in (udp.CONNECT, udp.ANNOUNCE, udp.SCRAPE, udp.ERROR)
            assert answer[4:8] == packet[12:16]
            assert is_confirmed or len(answer) <= len(packet)
