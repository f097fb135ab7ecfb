"""The listener of `/health` and `/metrics`: one request per connection, and limits of its own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tracker.fronts.listening import ListenAddress
from tracker.fronts.status import Page

LOCAL = (ListenAddress("127.0.0.1", 0),)


def pages(path: str, authorization: str) -> Page | None:
    """A page that shows what it is asked, one with an error, and no others."""
    if path == "/error":
        raise ZeroDivisionError
    return Page(503, "text/plain", authorization.encode()) if path == "/health" else None


@pytest.fixture
def status(serving: Any) -> Iterator[tuple[str, int]]:
    """Where the pages are."""
    with serving(pages=pages, status_listen=LOCAL) as served:
        yield served.sockets.status[0].getsockname()


def ask(address: tuple[str, int], request: bytes) -> bytes:
    """Everything that is answered."""
    received = b""
    with socket.create_connection(address, timeout=20) as connection:
        try:
            connection.sendall(request)
            while part := connection.recv(65_536):
                received += part
        except ConnectionError:
            pass
    return received


class TestStatus:
    def test_page(self, status: tuple[str, int]) -> None:
        request = b"GET /health?x HTTP/1.1\r\nauthorization:  Bearer token \r\n\r\n"
        assert ask(status, request) == (
            b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\n"
            b"Content-Length: 12\r\nConnection: close\r\n\r\nBearer token"
        )

    @pytest.mark.parametrize(
        ("request_", "code"),
        [
            (b"GET / HTTP/1.1\r\n\r\n", b"404"),
            (b"GET /k/announce HTTP/1.1\r\n\r\n", b"404"),
            (b"POST /health HTTP/1.1\r\n\r\n", b"404"),
            (b"\xff\x00\r\n\r\n", b"404"),
            (b"GET /error HTTP/1.1\r\n\r\n", b"500"),
        ],
    )
    def test_others(self, status: tuple[str, int], request_: bytes, code: bytes) -> None:
        assert ask(status, request_).split()[1] == code

    @pytest.mark.parametrize(
        "request_", [b"GET /health HTTP/1.1\r\n" + b"X: y\r\n" * 5_000, b"x" * 100_000]
    )
    def test_too_long(self, status: tuple[str, int], request_: bytes) -> None:
        assert ask(status, request_) == b""

    def test_few_connections(self, status: tuple[str, int]) -> None:
        silent = [socket.create_connection(status, timeout=20) for _ in range(16)]
        assert ask(status, b"GET /health HTTP/1.1\r\n\r\n") == b""
        for connection in silent:
            connection.sendall(b"GET /health HTTP/1.1\r\n\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 503")
            connection.close()
