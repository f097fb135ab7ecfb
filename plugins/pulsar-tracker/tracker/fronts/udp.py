"""The UDP front (BEP 15, BEP 41)."""

from __future__ import annotations

from asyncio import DatagramProtocol
from typing import Any

import structlog

from ..interfaces import IAnnouncer
from ..protocol import udp
from ..protocol.addresses import unpack_address
from ..protocol.errors import TrackerError
from ..protocol.query import Limits
from .addresses import pack
from .connection_ids import ConnectionIds
from .interfaces import IFrontCounts
from .targets import find_target
from .turn import Turn

log = structlog.get_logger(__name__)

#: Longer packets are ignored: a scrape of 74 info-hashes has 1,496 bytes.
_LONGEST = 2048
#: Bytes that may wait until the network takes them; further answers are dropped.
_MOST_UNSENT = 1_000_000
#: Addresses whose passkey is remembered for scrapes, which carry none.
_MEMBERS = 50_000

_EXPIRED = b"The connection id is wrong or too old."
_STRANGER = b"Announce before you scrape."
_INTERNAL = b"The tracker has an error. Try again later."

#: The client's address as the socket has it, and its transaction id.
Context = tuple[Any, bytes]


class UDPFront(DatagramProtocol):
    """Answers the packets of one socket. Until a client has proved with a connection id that it
    receives what is sent to its address, no answer is longer than its request.
    """

    def __init__(
        self,
        announcer: IAnnouncer,
        turn: Turn,
        *,
        ids: ConnectionIds,
        limits: Limits,
        counts: IFrontCounts,
        log_requests: bool = False,
    ) -> None:
        self._announcer = announcer
        self._turn = turn
        self._ids = ids
        self._limits = limits
        self._counts = counts
        self._log_requests = log_requests
        #: A DatagramTransport; the type lacks the size of its buffer.
        self._transport: Any = None
        self._members: dict[bytes, bytes] = {}

    # Of the transport

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    def error_received(self, exc: Exception) -> None:
        """Count answers that the network refuses, such as to an address without a route."""
        self._counts.packets["unsent"] += 1

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Handle a packet."""
        counts = self._counts.packets
        address = pack(addr[0])
        if not udp.HEAD_LENGTH <= len(data) <= _LONGEST or not address or not addr[1]:
            counts["invalid"] += 1
            return
        connection, action, transaction = data[:8], data[8:12], data[12:16]
        if action == udp.CONNECT:
            if connection != udp.PROTOCOL_ID:
                counts["invalid"] += 1
                return
            counts["connect"] += 1
            self.send(
                udp.connect_response(transaction, self._ids.make(address)), (addr, transaction)
            )
        elif not self._ids.check(address, connection):
            counts["expired"] += 1
            answer = udp.error_response(transaction, _EXPIRED)
            if len(answer) <= len(data):
                self.send(answer, (addr, transaction))
        elif action in (udp.ANNOUNCE, udp.SCRAPE):
            is_announce = action == udp.ANNOUNCE
            counts["announce" if is_announce else "scrape"] += 1
            answer = self._answer(data, transaction, address, is_announce)
            self._turn.add(self, answer, (addr, transaction), is_announce)
        else:
            counts["invalid"] += 1
            answer = udp.error_response(transaction, b"The action is unknown.")
            self.send(answer, (addr, transaction))

    # Of the turn

    def send(self, answer: bytes, context: Context) -> None:
        """Send a packet, unless too many wait."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if transport.get_write_buffer_size() > _MOST_UNSENT:
            self._counts.packets["unsent"] += 1
            return
        transport.sendto(answer, context[0])

    def refuse(self, refusal: bytes, context: Context) -> None:
        """Send a bencoded refusal as an error."""
        self.send(udp.error_response(context[1], udp.reason_of(refusal)), context)

    # Of the front

    def close(self) -> None:
        """Receive nothing any more."""
        if self._transport is not None:
            self._transport.close()

    def _answer(self, data: bytes, transaction: bytes, address: bytes, is_announce: bool) -> bytes:
        refused = True
        try:
            if is_announce:
                answer = self._announce(data, transaction, address)
            else:
                answer = self._scrape(data, transaction, address)
            refused = False
        except TrackerError as error:
            answer = udp.error_response(transaction, error.reason.encode())
        except Exception:
            log.exception("tracker request failed", protocol="udp")
            answer = udp.error_response(transaction, _INTERNAL)
        if self._log_requests:
            log.info(
                "tracker request",
                protocol="udp",
                action="announce" if is_announce else "scrape",
                address=unpack_address(address),
                refused=refused,
            )
        return answer

    def _announce(self, data: bytes, transaction: bytes, address: bytes) -> bytes:
        announce, url = udp.read_announce(data, address, self._limits)
        target = find_target(url)
        passkey = b"" if target is None else target[1]
        answer = self._announcer.handle(passkey, announce, address)
        self._remember(address, passkey)
        return udp.announce_response(transaction, answer, address)

    def _scrape(self, data: bytes, transaction: bytes, address: bytes) -> bytes:
        info_hashes = udp.read_scrape(data)
        passkey = self._members.get(address)
        if passkey is None:
            return udp.error_response(transaction, _STRANGER)
        counts = self._announcer.counts(passkey, info_hashes, address)
        return udp.scrape_response(transaction, counts)

    def _remember(self, address: bytes, passkey: bytes) -> None:
        """Keep the passkeys of the addresses that announced last."""
        members = self._members
        members.pop(address, None)
        members[address] = passkey
        if len(members) > _MEMBERS:
            del members[next(iter(members))]
