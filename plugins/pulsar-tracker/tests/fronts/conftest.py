"""Fronts on sockets of this machine, over an announcer that only writes down what it is asked."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvloop

from tracker.announcing.answer import Answer
from tracker.fronts.listening import ListenAddress
from tracker.fronts.options import FrontCounts
from tracker.fronts.process import FrontOptions, Sockets, serve
from tracker.fronts.status import Pages
from tracker.protocol.announce import Announce
from tracker.protocol.errors import TrackerError

#: How long a test waits for what must come.
PATIENCE = 10.0
ANSWER = Answer(1800, 900, 3, 4, 5, b"\x7f\x00\x00\x01\x1a\xe1", bytes(15) + b"\x01\x1a\xe1")


@dataclass
class FakeAnnouncer:
    """Answers with what it was asked, in bencode."""

    asked: list[tuple[str, bytes, Any, bytes]] = field(default_factory=list)
    #: The number of calls that came before each commit.
    commits: list[int] = field(default_factory=list)
    refusal: bytes | None = None
    error: Exception | None = None

    def announce(self, passkey: bytes, query: bytes, address: bytes) -> bytes:
        """The query as a bencoded string."""
        return self._answer("announce", passkey, query, address)

    def scrape(self, passkey: bytes, query: bytes, address: bytes) -> bytes:
        """The query as a bencoded string."""
        return self._answer("scrape", passkey, query, address)

    def handle(self, passkey: bytes, announce: Announce, address: bytes) -> Answer:
        """One peer of each family; a passkey "wrong" is refused."""
        self.asked.append(("handle", passkey, announce, address))
        if self.error is not None:
            raise self.error
        if passkey == b"wrong":
            raise TrackerError("The passkey is wrong.", code="wrong_passkey")
        return ANSWER

    def counts(
        self, passkey: bytes, info_hashes: Sequence[bytes], address: bytes
    ) -> Sequence[tuple[int, int, int]]:
        """The first byte of each info-hash, three times."""
        return [(value[0], value[0] + 1, value[0] + 2) for value in info_hashes]

    def commit(self) -> bytes | None:
        """Write down how many announces it is for."""
        self.commits.append(len(self.asked))
        return self.refusal

    def _answer(self, action: str, passkey: bytes, query: bytes, address: bytes) -> bytes:
        self.asked.append((action, passkey, query, address))
        if self.error is not None:
            raise self.error
        return b"d5:query%d:%be" % (len(query), query)


@dataclass
class Served:
    """Fronts that run in a thread."""

    announcer: FakeAnnouncer
    counts: FrontCounts
    loop: asyncio.AbstractEventLoop
    sockets: Sockets
    stop: asyncio.Event

    def address(self, number: int = 0) -> tuple[str, int]:
        """Where the HTTP front listens."""
        host, port = self.sockets.http[number].getsockname()[:2]
        return host, port

    def connect(self, number: int = 0) -> socket.socket:
        """A connection to the HTTP front."""
        return socket.create_connection(self.address(number), timeout=PATIENCE)

    def ask(self, request: bytes, number: int = 0) -> bytes:
        """Everything that is answered until the server closes the connection."""
        with self.connect(number) as connection:
            connection.sendall(request)
            return read_all(connection)

    def run(self, call: Callable[[], Any]) -> Any:
        """What a function returns that the loop calls."""
        done: list[Any] = []
        called = threading.Event()

        def in_loop() -> None:
            done.append(call())
            called.set()

        self.loop.call_soon_threadsafe(in_loop)
        assert called.wait(PATIENCE)
        return done[0]


def read_all(connection: socket.socket) -> bytes:
    """What is received until the other side closes or resets the connection."""
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionError:
        pass
    return b"".join(parts)


def read_responses(connection: socket.socket, number: int) -> list[tuple[bytes, bytes]]:
    """So many responses of a connection that stays open: the head and the body of each."""
    data = b""
    responses = []
    while len(responses) < number:
        head, end, rest = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or -1)
        if end and len(rest) >= length:
            responses.append((head, rest[:length]))
            data = rest[length:]
            continue
        received = connection.recv(65_536)
        assert received, data
        data += received
    assert data == b""
    return responses


@pytest.fixture
def read() -> Callable[[socket.socket, int], list[tuple[bytes, bytes]]]:
    """``read(connection, number)``: the head and the body of so many responses."""
    return read_responses


@contextmanager
def serving(
    announcer: FakeAnnouncer | None = None, pages: Pages | None = None, **options: Any
) -> Iterator[Served]:
    """Fronts at any free port of 127.0.0.1, unless the options say otherwise."""
    announcer = announcer or FakeAnnouncer()
    front_options = FrontOptions(**{"listen": (ListenAddress("127.0.0.1", 0),), **options})
    sockets, counts = Sockets(front_options), FrontCounts()
    started: list[Served] = []
    ready = threading.Event()

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        started.append(Served(announcer, counts, loop, sockets, stop))
        loop.call_later(0, ready.set)
        await serve(announcer, front_options, sockets, stop, counts=counts, pages=pages)

    def run() -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield started[0]
    finally:
        served = started[0]
        served.loop.call_soon_threadsafe(served.stop.set)
        thread.join(PATIENCE)
        sockets.close()
        assert not thread.is_alive()


@pytest.fixture(name="serving")
def serving_fixture() -> Callable[..., AbstractContextManager[Served]]:
    """``with serving(**options) as served``: fronts that run in a thread."""
    return serving


@pytest.fixture(scope="module")
def serving_module() -> Callable[..., AbstractContextManager[Served]]:
    """The same for a fixture of a whole module."""
    return serving


@pytest.fixture
def served() -> Iterator[Served]:
    """Fronts with the default options."""
    with serving() as running:
        yield running


@pytest.fixture
def unix_path(tmp_path: Path) -> Path:
    """The path of a Unix socket, which must be short."""
    return tmp_path / "t.sock"
