"""The process of ``pulsar tracker``: the fronts over one announcer, from start to SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import secrets
import signal
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog
import uvloop

from ..interfaces import IAnnouncer
from ..protocol.query import DEFAULT_LIMITS, Limits
from .connection_ids import ConnectionIds
from .http import HTTPFront
from .interfaces import IFrontCounts
from .listening import ListenAddress, tcp_socket, udp_socket, unix_socket
from .options import ConnectionLimits
from .proxies import TrustedProxies
from .status import REQUEST_BYTES, Pages, StatusListener
from .turn import Turn
from .udp import UDPFront

log = structlog.get_logger(__name__)

_SWEEP_SECONDS = 1.0
#: Seconds that requests and answers have to arrive after SIGTERM.
_STOP_SECONDS = 5.0
#: Seconds for which idle connections stay open after SIGTERM.
_LAST_SECONDS = 0.1
#: Files that the process has open besides connections.
_OTHER_FILES = 100


@dataclass(frozen=True)
class FrontOptions:
    """Where the fronts listen, and their limits.

    ``secret`` is what connection ids of the UDP protocol are made with, at most 64 bytes.
    """

    listen: tuple[ListenAddress, ...] = ()
    unix_socket: Path | None = None
    udp_listen: tuple[ListenAddress, ...] = ()
    status_listen: tuple[ListenAddress, ...] = ()
    proxies: TrustedProxies = field(default_factory=TrustedProxies)
    limits: ConnectionLimits = field(default_factory=ConnectionLimits)
    packet_limits: Limits = DEFAULT_LIMITS
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    log_requests: bool = False


class Sockets:
    """The bound sockets. Raises ConfigurationError if one cannot be bound."""

    def __init__(self, options: FrontOptions) -> None:
        self.http: list[socket.socket] = []
        self.unix: list[socket.socket] = []
        self.udp: list[socket.socket] = []
        self.status: list[socket.socket] = []
        self._path = options.unix_socket
        try:
            for address in options.listen:
                self.http.append(tcp_socket(address, "tracker.listen"))
            for address in options.udp_listen:
                self.udp.append(udp_socket(address, "tracker.udp_listen"))
            for address in options.status_listen:
                self.status.append(tcp_socket(address, "tracker.status_listen"))
            if options.unix_socket is not None:
                self.unix.append(unix_socket(options.unix_socket, "tracker.unix_socket"))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close all of them, and remove the file of the Unix socket."""
        if self.unix and self._path is not None:
            self._path.unlink(missing_ok=True)
        for bound in (*self.http, *self.unix, *self.udp, *self.status):
            bound.close()

    def where(self) -> list[str]:
        """Where they listen, for the log."""
        return [
            *(_name(bound) for bound in (*self.http, *self.status)),
            *(f"udp {_name(bound)}" for bound in self.udp),
            *(str(bound.getsockname()) for bound in self.unix),
        ]


def _name(bound: socket.socket) -> str:
    return str(ListenAddress(*bound.getsockname()[:2]))


def run(
    announcer: IAnnouncer,
    options: FrontOptions,
    sockets: Sockets,
    *,
    counts: IFrontCounts,
    pages: Pages | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT.

    Then no connection is accepted any more, requests that have arrived are answered after a last
    commit, and the sockets are closed.
    """
    _allow_files(options.limits.connections)

    async def until_signalled() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await serve(announcer, options, sockets, stop, counts=counts, pages=pages)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(until_signalled())


async def serve(
    announcer: IAnnouncer,
    options: FrontOptions,
    sockets: Sockets,
    stop: asyncio.Event,
    *,
    counts: IFrontCounts,
    pages: Pages | None = None,
) -> None:
    """Serve on the running loop until ``stop`` is set."""
    loop = asyncio.get_running_loop()
    turn = Turn(loop, announcer)
    front = HTTPFront(
        loop,
        announcer,
        turn,
        limits=options.limits,
        proxies=options.proxies,
        counts=counts,
        log_requests=options.log_requests,
    )
    servers: list[asyncio.AbstractServer] = [
        await loop.create_server(front.connect, sock=bound) for bound in sockets.http
    ]
    servers += [await loop.create_unix_server(front.connect, sock=bound) for bound in sockets.unix]
    ids = ConnectionIds(options.secret)
    udp_fronts = []
    for bound in sockets.udp:
        _, udp_front = await loop.create_datagram_endpoint(
            lambda: UDPFront(
                announcer,
                turn,
                ids=ids,
                limits=options.packet_limits,
                counts=counts,
                log_requests=options.log_requests,
            ),
            sock=bound,
        )
        udp_fronts.append(udp_front)
    if pages is not None:
        listener = StatusListener(pages)
        servers += [
            await asyncio.start_server(listener.handle, sock=bound, limit=REQUEST_BYTES)
            for bound in sockets.status
        ]
    log.info("serving", where=sockets.where())
    sweeper = loop.create_task(_sweep(front))
    await stop.wait()
    log.info("stopping", connections=len(front.connections))
    sweeper.cancel()
    await _stop(front, udp_fronts, turn, servers)


async def _sweep(front: HTTPFront) -> None:
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        front.sweep()


async def _stop(
    front: HTTPFront,
    udp_fronts: Sequence[UDPFront],
    turn: Turn,
    servers: Sequence[asyncio.AbstractServer],
) -> None:
    for server in servers:
        server.close()
    front.stopping = True
    # Requests that were sent before the client can know are answered rather than cut off.
    await asyncio.sleep(_LAST_SECONDS)
    turn.flush()
    front.stop()
    for udp_front in udp_fronts:
        udp_front.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_STOP_SECONDS):
            while front.connections:
                await asyncio.sleep(0.01)
    for connection in list(front.connections):
        connection.expire()
    turn.flush()


def _allow_files(connections: int) -> None:
    """Raise the soft limit of open files as far as the connections need it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + _OTHER_FILES
    if soft >= needed:
        return
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if allowed < needed:
        log.warning("fewer files than tracker.max_connections need", allowed=allowed, needed=needed)
