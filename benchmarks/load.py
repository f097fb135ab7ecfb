"""The load: keep-alive HTTP/1.1 over plain sockets, with little cost of its own."""

from __future__ import annotations

import itertools
import re
import selectors
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

#: The number of connections, which is that of the servers' threads.
CONNECTIONS = 4
#: Seconds without a response after which a server is considered stuck.
PATIENCE = 10
_CHUNK = 1 << 18
_SUCCESS = (b"HTTP/1.1 200 ", b"HTTP/1.1 201 ")
_LENGTH = re.compile(rb"^content-length: *(\d+)\r?$", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(rb"^content-type: *(.*?)\r?$", re.IGNORECASE | re.MULTILINE)


class LoadError(Exception):
    """A server's response is not the expected one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful response."""

    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as bytes, and the length of the response's body; None accepts any length."""

    request: bytes
    length: int | None = None


class Connection:
    """A connection to a server on this machine, with one request at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *exception: object) -> None:
        self.socket.close()

    def send(self, request: bytes) -> None:
        """Send a request."""
        self.socket.sendall(request)

    def receive(self) -> Answer | None:
        """Return the response when it is complete, or None after a part of it. Raises LoadError."""
        chunk = self.socket.recv(_CHUNK)
        self._received += chunk
        header, blank, body = self._received.partition(b"\r\n\r\n")
        length, kind = _LENGTH.search(header), _TYPE.search(header)
        if chunk and not (blank and length and len(body) >= int(length[1])):
            return None
        if not header.startswith(_SUCCESS):
            raise LoadError(f"A server answered: {self._received[:500].decode(errors='replace')!r}")
        self._received = b""
        return Answer(kind[1].decode() if kind else "", body)


def get(target: str, key: str | None = None) -> bytes:
    """Return the request for a path and query, with or without an API key."""
    lines = [f"GET {target} HTTP/1.1", "Host: 127.0.0.1"]
    if key is not None:
        lines.append(f"Authorization: Token {key}")
    return "\r\n".join([*lines, "", ""]).encode()


def post(target: str, key: str, body: bytes) -> bytes:
    """Return the request that posts a JSON body."""
    lines = (
        f"POST {target} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Token {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join([*lines, "", ""]).encode() + body


def fetch(port: int, request: bytes) -> Answer:
    """Send one request. Raises LoadError."""
    with Connection(port) as connection:
        connection.send(request)
        while (answer := connection.receive()) is None:
            pass
        return answer


def hammer(port: int, exchanges: Sequence[Exchange], seconds: float, most: int) -> float:
    """Send the requests in turn for some seconds, at most ``most``; return requests per second.

    Raises LoadError for unexpected responses.
    """
    turns = itertools.cycle(exchanges)
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        connections = [stack.enter_context(Connection(port)) for _ in range(CONNECTIONS)]
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        waiting: dict[Connection, Exchange] = {}
        started = time.perf_counter()
        for connection in connections:
            waiting[connection] = next(turns)
            connection.send(waiting[connection].request)
        finished = 0
        while waiting:
            ready = selector.select(PATIENCE)
            if not ready:
                raise LoadError(f"No answer within {PATIENCE} seconds.")
            for event, _ in ready:
                connection = event.data
                answer = connection.receive()
                if answer is None:
                    continue
                exchange = waiting.pop(connection)
                if exchange.length not in (None, len(answer.body)):
                    raise LoadError(
                        f"{len(answer.body)} bytes instead of {exchange.length} answered "
                        f"{exchange.request.partition(b' HTTP')[0].decode()}."
                    )
                finished += 1
                underway = finished + len(waiting)
                if time.perf_counter() - started < seconds and underway < most:
                    waiting[connection] = next(turns)
                    connection.send(waiting[connection].request)
        return finished / (time.perf_counter() - started)
