"""The packets of the UDP tracker protocol (BEP 15), and their options (BEP 41)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from struct import Struct

from ..announcing.answer import Answer
from .announce import COMPLETED, NO_EVENT, STARTED, STOPPED, Announce
from .errors import TrackerError
from .query import DEFAULT_LIMITS, MAX_NUMBER, Limits

#: The first 8 bytes of a request for a connection id.
PROTOCOL_ID = 0x41727101980.to_bytes(8, "big")

# Actions
CONNECT, ANNOUNCE, SCRAPE, ERROR = (number.to_bytes(4, "big") for number in range(4))

#: Length of the head of each request: connection id, action and transaction id.
HEAD_LENGTH = 16
#: Info-hashes in a scrape, so that the answer fits into a packet of 1,500 bytes.
MOST_HASHES = 74

#: info_hash, peer_id, downloaded, left, uploaded, event, address, key, numwant, port
_ANNOUNCE = Struct(">16x20s20sQQQI4x4siH")
_ANSWER = Struct(">4s4sIII")
_COUNTS = Struct(">III")
_MAX_COUNT = 2**32 - 1
_EVENTS = {1: COMPLETED, 2: STARTED, 3: STOPPED}
_END, _NOP, _URL_DATA = range(3)
_LONGEST_REASON = 500
_FAILURE = re.compile(rb"d14:failure reason([0-9]{1,4}):")


def read_announce(
    packet: bytes, address: bytes, limits: Limits = DEFAULT_LIMITS
) -> tuple[Announce, bytes]:
    """An announce from a packed address, and the path and query of its URL (BEP 41).

    The address that it names itself is ignored: a member could name a stranger's. Raises
    TrackerError.
    """
    if len(packet) < _ANNOUNCE.size:
        raise TrackerError("The announce is too short.", "never")
    info_hash, peer_id, downloaded, left, uploaded, event, key, numwant, port = (
        _ANNOUNCE.unpack_from(packet)
    )
    if not max(limits.min_port, 1) <= port:
        raise TrackerError(f"The port {port} is not allowed.", code="port")
    if uploaded > MAX_NUMBER or downloaded > MAX_NUMBER:
        raise TrackerError("A number of the announce is too large.", "never")
    endpoint = address + port.to_bytes(2, "big")
    is_ipv4 = len(address) == 4
    announce = Announce(
        info_hash,
        peer_id,
        uploaded,
        downloaded,
        # -1 is sent by clients that do not know the size yet.
        min(left, MAX_NUMBER),
        _EVENTS.get(event, NO_EVENT),
        # -1 is "as many as you like".
        limits.numwant if numwant < 0 else min(numwant, limits.max_numwant),
        True,
        True,
        key,
        address,
        endpoint if is_ipv4 else None,
        None if is_ipv4 else endpoint,
    )
    return announce, url_data(packet, _ANNOUNCE.size)


def url_data(packet: bytes, start: int) -> bytes:
    """The path and query in the options that begin there, joined if they are in several."""
    parts = []
    while start < len(packet):
        option = packet[start]
        start += 1
        if option == _NOP:
            continue
        # The end; or no length follows.
        if option == _END or start == len(packet):
            break
        length = packet[start]
        start += 1
        if option == _URL_DATA:
            parts.append(packet[start : start + length])
        start += length
    return b"".join(parts)


def read_scrape(packet: bytes) -> list[bytes]:
    """The info-hashes of a scrape, at most `MOST_HASHES`. Raises TrackerError."""
    number, rest = divmod(len(packet) - HEAD_LENGTH, 20)
    if rest or not 1 <= number <= MOST_HASHES:
        raise TrackerError(f"A scrape has 1 to {MOST_HASHES} info-hashes.", "never")
    return [packet[start : start + 20] for start in range(HEAD_LENGTH, len(packet), 20)]


def connect_response(transaction: bytes, connection: bytes) -> bytes:
    """The answer to a request for a connection id: 16 bytes, as many as the request has."""
    return CONNECT + transaction + connection


def announce_response(transaction: bytes, answer: Answer, address: bytes) -> bytes:
    """The answer to an announce: peers of the family of the client's packed address."""
    return _ANSWER.pack(
        ANNOUNCE, transaction, answer.interval, answer.incomplete, answer.complete
    ) + (answer.peers4 if len(address) == 4 else answer.peers6)


def scrape_response(transaction: bytes, counts: Iterable[tuple[int, int, int]]) -> bytes:
    """The answer to a scrape: seeders, snatches and leechers of each torrent."""
    return b"".join(
        (
            SCRAPE,
            transaction,
            *(_COUNTS.pack(*(min(number, _MAX_COUNT) for number in row)) for row in counts),
        )
    )


def error_response(transaction: bytes, reason: bytes) -> bytes:
    """A refusal; the reason is UTF-8."""
    return ERROR + transaction + reason[:_LONGEST_REASON]


def reason_of(refusal: bytes) -> bytes:
    """The reason of a bencoded refusal."""
    match = _FAILURE.match(refusal)
    if match is None:
        return b"The tracker refuses the request."
    return refusal[match.end() : match.end() + int(match[1])]
