"""One HTTP connection."""

from __future__ import annotations

from asyncio import Protocol, Transport
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import structlog
from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from ..protocol.addresses import unpack_address
from ..protocol.responses import failure
from . import responses
from .addresses import network, pack
from .targets import ANNOUNCE, find_target
from .turn import UNAVAILABLE

if TYPE_CHECKING:
    from .http import HTTPFront

log = structlog.get_logger(__name__)

#: Bytes that are parsed at once. Together with `_MOST_ANSWERS` and `_MOST_UNREAD` it limits the
#: memory that the answers to one client take.
_PIECE = 4096
#: Answers that may wait for the end of the turn before more of a client's requests are parsed.
_MOST_ANSWERS = 16
#: Bytes of answers that the client has not taken yet, before no more of its requests are read.
_MOST_UNREAD = 65_536

_NO_ADDRESS = failure("The proxy of the tracker does not say your address.", 5)


class HTTPConnection(Protocol):
    """Parses a client's requests; each is handled when it is complete.

    Answers leave at the end of the loop's turn, in the order of the requests. The path, the query
    and the address are bytes.
    """

    __slots__ = (
        "_address",
        "_blocked",
        "_ended",
        "_forwarded",
        "_front",
        "_half_closed",
        "_parser",
        "_received",
        "_rest",
        "_transport",
        "_url",
        "_waiting",
        "deadline",
        "network",
        "on_header",
    )

    #: The callback of the parser, which asks for it only if it exists: behind trusted proxies.
    on_header: Callable[[bytes, bytes], None]

    def __init__(self, front: HTTPFront) -> None:
        self._front = front
        self._transport: Transport | None = None
        #: An HttpRequestParser while the connection is open.
        self._parser: Any = None
        self._address = b""
        #: What limits count the connection for, None for proxies.
        self.network: bytes | None = None
        #: The time on the clock of the front at which the connection is closed.
        self.deadline = 0.0
        self._url = b""
        self._forwarded: bytes | None = None
        #: Bytes received of the request that is not complete.
        self._received = 0
        #: Received bytes that are not parsed yet.
        self._rest = b""
        #: Answers that wait for the end of the turn.
        self._waiting = 0
        #: Whether the client takes its answers too slowly.
        self._blocked = False
        #: Whether no further request is accepted.
        self._ended = False
        self._half_closed = False

    # Of the transport

    def connection_made(self, transport: Any) -> None:
        peer = transport.get_extra_info("peername")
        # Peers of Unix sockets have no address; they are proxies.
        self._address = pack(peer[0]) if peer and isinstance(peer, tuple) else b""
        proxied = not self._address or self._front.proxies.trust(self._address)
        if not proxied:
            self.network = network(self._address)
        if not self._front.admit(self):
            transport.abort()
            return
        self._transport = cast(Transport, transport)
        self._transport.set_write_buffer_limits(_MOST_UNREAD)
        self.deadline = self._front.now + self._front.limits.request_seconds
        if proxied:
            self.on_header = self._find_client
        self._parser = HttpRequestParser(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._front.forget(self)
        self._ended = True
        # The parser refers to this object.
        self._transport = self._parser = None
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        if self._rest or len(data) > _PIECE or self._waiting >= _MOST_ANSWERS:
            self._rest += data
            self._proceed()
        else:
            self._parse(data)

    def eof_received(self) -> bool:
        """Keep the connection open until all requests are answered."""
        self._half_closed = True
        return bool(self._waiting or self._rest)

    def pause_writing(self) -> None:
        self._blocked = True
        self.deadline = self._front.now + self._front.limits.request_seconds
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._blocked = False
        self.deadline = self._front.now + self._front.limits.idle_seconds
        self._proceed()

    # Of the front

    def expire(self) -> str:
        """Close the connection because its time is over; the reason is "slow" or "idle"."""
        reason = "slow" if self._received or self._blocked else "idle"
        if self._transport is not None:
            self._transport.abort()
        return reason

    def finish(self) -> None:
        """Close the connection, at once if it is idle, otherwise after the next answer."""
        if not (self._received or self._waiting or self._rest or self._transport is None):
            self._transport.close()

    # Of the turn

    def send(self, answer: bytes, context: bool) -> None:
        """Write a response; ``context`` is whether the connection stays open."""
        self._waiting -= 1
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.write(answer)
        is_last = not self._waiting and (
            self._front.stopping or (self._half_closed and not self._rest)
        )
        if is_last or not context:
            transport.close()
        elif self._rest and not self._waiting:
            self._front.loop.call_soon(self._proceed)

    def refuse(self, refusal: bytes, context: bool) -> None:
        """Write a bencoded refusal."""
        self.send(responses.bencoded(refusal, context), context)

    # Of the parser

    def on_url(self, url: bytes) -> None:
        if not self._url:
            self.deadline = self._front.now + self._front.limits.request_seconds
        self._url += url

    def on_message_complete(self) -> None:
        """Handle a request."""
        front = self._front
        parser = self._parser
        self.deadline = front.now + front.limits.idle_seconds
        self._received = 0
        url, self._url = self._url, b""
        forwarded, self._forwarded = self._forwarded, None
        keep_alive = (
            parser.should_keep_alive() and not parser.should_upgrade() and not front.stopping
        )
        if parser.get_method() != b"GET":
            front.counts.requests["other"] += 1
            self._respond(responses.wrong_method(keep_alive), keep_alive)
            return
        target = find_target(url)
        if target is None:
            front.counts.requests["other"] += 1
            self._respond(responses.not_found(keep_alive), keep_alive)
            return
        action, passkey, query = target
        is_announce = action == ANNOUNCE
        address = self._address if forwarded is None else front.proxies.client(forwarded)
        try:
            if not address:
                answer = _NO_ADDRESS
            elif is_announce:
                answer = front.announcer.announce(passkey, query, address)
            else:
                answer = front.announcer.scrape(passkey, query, address)
        except Exception:
            log.exception("tracker request failed", action=action.decode())
            answer = UNAVAILABLE
        front.counts.requests["announce" if is_announce else "scrape"] += 1
        if front.log_requests:
            log.info(
                "tracker request",
                action=action.decode(),
                address=unpack_address(address) if address else "unknown",
                refused=answer.startswith(b"d14:failure reason"),
            )
        self._respond(responses.bencoded(answer, keep_alive), keep_alive, is_announce)

    def _find_client(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"x-forwarded-for":
            self._forwarded = value if self._forwarded is None else self._forwarded + b"," + value

    def _respond(self, response: bytes, keep_alive: bool, is_announce: bool = False) -> None:
        self._waiting += 1
        if not keep_alive:
            self._ended = True
        self._front.turn.add(self, response, keep_alive, is_announce)

    def _proceed(self) -> None:
        """Parse what was received, unless too many answers wait."""
        while self._rest and not (self._ended or self._blocked or self._waiting >= _MOST_ANSWERS):
            piece, self._rest = self._rest[:_PIECE], self._rest[_PIECE:]
            self._parse(piece)
        if self._transport is None or self._transport.is_closing() or self._half_closed:
            return
        if self._rest or self._blocked:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _parse(self, data: bytes) -> None:
        if self._ended or self._parser is None:
            return
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            pass  # The request is answered, and its connection is closed then.
        except HttpParserError:
            if not self._ended:
                self._reject(responses.BAD_REQUEST)
        else:
            if self._received > self._front.limits.request_bytes and not self._ended:
                self._reject(responses.TOO_LARGE)

    def _reject(self, response: bytes) -> None:
        self._front.counts.requests["invalid"] += 1
        self._rest = b""
        self._respond(response, False)
