"""Clients that send too much, too slowly, or do not take their answers."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from pulsar.testing.processes import wait_for
from tracker.fronts.options import ConnectionLimits
from tracker.fronts.proxies import TrustedProxies, networks

REQUEST = b"GET /k/announce?a HTTP/1.1\r\n\r\n"


def is_closed(connection: socket.socket) -> bool:
    """Whether the server closes the connection without an answer."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


class TestConnections:
    def test_half_sent_requests_do_not_stop_others(self, served: Any, read: Any) -> None:
        halves = [served.connect() for _ in range(110)]
        for number, connection in enumerate(halves):
            connection.sendall(REQUEST[: number % len(REQUEST)])
        with served.connect() as connection:
            connection.sendall(REQUEST)
            read(connection, 1)
        for connection in halves:
            connection.close()
        wait_for(lambda: not served.counts.connections, 10, "closing all connections")

    def test_in_all(self, serving: Any, read: Any) -> None:
        with serving(limits=ConnectionLimits(connections=2)) as served:
            kept = [served.connect() for _ in range(2)]
            for connection in kept:
                connection.sendall(REQUEST)
                read(connection, 1)
            with served.connect() as connection:
                assert is_closed(connection)
            assert served.counts.closed["full"] == 1
            for connection in kept:
                connection.sendall(REQUEST)
                read(connection, 1)
                connection.close()

    def test_of_a_network(self, serving: Any, read: Any) -> None:
        with serving(limits=ConnectionLimits(network_connections=1)) as served:
            with served.connect() as first:
                first.sendall(REQUEST)
                read(first, 1)
                with served.connect() as second:
                    assert is_closed(second)
                other = socket.create_connection(
                    served.address(), 10, source_address=("127.0.0.2", 0)
                )
                with other:
                    other.sendall(REQUEST)
                    read(other, 1)
            assert served.counts.closed["network"] == 1
            wait_for(lambda: not served.counts.connections, 10, "closing all connections")
            with served.connect() as again:
                again.sendall(REQUEST)
                read(again, 1)

    def test_trusted_proxies_have_no_limit(self, serving: Any, read: Any) -> None:
        limits = ConnectionLimits(network_connections=1)
        with serving(limits=limits, proxies=TrustedProxies(networks("127.0.0.1"))) as served:
            connections = [served.connect() for _ in range(5)]
            for connection in connections:
                connection.sendall(REQUEST)
                read(connection, 1)
                connection.close()


class TestLengths:
    def test_longest_scrape(self, served: Any, read: Any) -> None:
        with served.connect() as connection:
            connection.sendall(b"GET /k/scrape?%b HTTP/1.1\r\n\r\n" % (b"a" * 8192))
            assert len(read(connection, 1)[0][1]) > 8192

    @pytest.mark.parametrize(
        "request_",
        [
            b"GET /k/announce?" + b"a" * 30_000,
            b"GET /k/announce HTTP/1.1\r\nX: " + b"a" * 30_000,
            b"GET /k/announce HTTP/1.1\r\n" + b"X: a\r\n" * 5_000,
            b"GET /k/announce HTTP/1.1\r\nContent-Length: 30000\r\n\r\n" + b"a" * 29_000,
        ],
        ids=["url", "header", "headers", "body"],
    )
    def test_too_long(self, served: Any, request_: bytes) -> None:
        answer = served.ask(request_)
        assert not answer or answer.startswith(b"HTTP/1.1 431 ")
        assert served.counts.requests["invalid"] == 1
        assert served.announcer.asked == []

    def test_pipelined_requests_have_no_length_together(self, served: Any, read: Any) -> None:
        with served.connect() as connection:
            connection.sendall(REQUEST * 1_000)
            read(connection, 1_000)


class TestTimes:
    @pytest.fixture
    def limits(self) -> ConnectionLimits:
        return ConnectionLimits(request_seconds=0.5, idle_seconds=0.5)

    @pytest.mark.parametrize("sent", [b"", b"GE", b"GET /k/announce HTTP/1.1\r\n"])
    def test_half_sent_request(self, serving: Any, limits: ConnectionLimits, sent: bytes) -> None:
        with serving(limits=limits) as served, served.connect() as connection:
            connection.sendall(sent)
            assert is_closed(connection)
            assert served.counts.closed["slow" if sent else "idle"] == 1

    def test_bytes_that_trickle(self, serving: Any, limits: ConnectionLimits) -> None:
        with serving(limits=limits) as served, served.connect() as connection:

            def send() -> bool:
                try:
                    connection.send(b"X: a\r\n")
                except ConnectionError:
                    return True
                return False

            connection.sendall(b"GET /k/announce HTTP/1.1\r\n")
            wait_for(send, 10, "closing a connection that never ends its request")
            assert served.counts.closed["slow"] == 1

    def test_idle_connection(self, serving: Any, limits: ConnectionLimits, read: Any) -> None:
        with serving(limits=limits) as served, served.connect() as connection:
            connection.sendall(REQUEST)
            read(connection, 1)
            assert is_closed(connection)
            assert served.counts.closed["idle"] == 1

    def test_client_that_takes_no_answers(self, serving: Any, limits: ConnectionLimits) -> None:
        with serving(limits=limits) as served:
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(1)
            connection.connect(served.address())
            line = b"GET /k/announce?%b HTTP/1.1\r\n\r\n" % (b"a" * 1900)
            sent = send_until_full(connection, line * 100)
            # It is not read any more, so that its answers take no memory.
            handled = len(served.announcer.asked)
            assert handled < sent / len(line)
            assert handled * 2000 < 10_000_000
            wait_for(lambda: served.counts.closed["slow"], 10, "closing the connection")
            connection.close()


def send_until_full(connection: socket.socket, data: bytes) -> int:
    """Send until the other side reads no more; the number of bytes sent."""
    sent = 0
    try:
        while True:
            sent += connection.send(data)
    except (TimeoutError, ConnectionError):
        return sent
