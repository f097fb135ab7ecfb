"""Parsing the query strings of announces and scrapes (BEP 3, 7, 21, 23, 48).

Queries stay bytes from the socket on: an info-hash, a peer id and a key are arbitrary bytes. Most
announces have their parameters in the usual order and are read by one regular expression; all
others are split at their separators. Both ways give the same result.
"""

from __future__ import annotations

import re
from binascii import crc32, unhexlify
from dataclasses import dataclass
from string import hexdigits

from .addresses import claimed_endpoint
from .announce import COMPLETED, NO_EVENT, NO_KEY, PAUSED, STARTED, STOPPED, Announce
from .errors import TrackerError

MAX_NUMBER = 2**63 - 1

#: Events that are unknown, or "empty" (BEP 3), are announces without an event.
_EVENTS = {
    b"completed": COMPLETED,
    b"started": STARTED,
    b"stopped": STOPPED,
    b"paused": PAUSED,
}
_ESCAPES = {
    (high + low).encode(): bytes((int(high + low, 16),)) for high in hexdigits for low in hexdigits
}
_PERCENTS = b"%" * 20
_HEXADECIMAL_KEY = re.compile(rb"[0-9A-Fa-f]{1,8}")

#: The order of libtorrent and its relatives, and that of Transmission.
_USUAL = re.compile(
    rb"info_hash=([^&]{20,60})&peer_id=([^&]{20,60})&port=([0-9]{1,5})"
    rb"&uploaded=([0-9]{1,18})&downloaded=([0-9]{1,18})&left=([0-9]{1,18})"
    rb"(?:&corrupt=[0-9]*)?"
    rb"(?:&numwant=([0-9]{1,5}))?"
    rb"(?:&key=([0-9A-Fa-f]{1,8}))?"
    rb"(?:&event=([a-z]*))?"
    rb"(?:&numwant=([0-9]{1,5}))?"
    rb"(?:&compact=1)?"
    rb"(&no_peer_id=1)?"
    rb"(?:&supportcrypto=[01])?"
    rb"(?:&redundant=[0-9]*)?"
    rb"(?:&event=([a-z]*))?"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a query; lengths are bytes of the whole query string."""

    announce_length: int = 2048
    scrape_length: int = 8192
    scrape_hashes: int = 100
    min_port: int = 1024
    numwant: int = 50
    max_numwant: int = 100
    #: Trust `ipv4` and `ipv6`. BEP 7 now discourages this: a member could name a stranger's
    #: address.
    address_parameters: bool = True


DEFAULT_LIMITS = Limits()


def parse_announce(query: bytes, address: bytes, limits: Limits = DEFAULT_LIMITS) -> Announce:
    """Read an announce that came from a packed address; raises TrackerError.

    Optional parameters that make no sense are ignored, and so are repetitions.
    """
    if len(query) > limits.announce_length:
        raise TrackerError("The query string is too long.", "never")
    usual = _USUAL.fullmatch(query)
    if usual is None:
        return _parse_any(query, address, limits)
    (
        info_hash,
        peer_id,
        port,
        uploaded,
        downloaded,
        left,
        early_numwant,
        key,
        early_event,
        late_numwant,
        no_peer_id,
        late_event,
    ) = usual.groups()
    number = int(port)
    if not limits.min_port <= number <= 65535:
        raise _wrong_port(number)
    numwant = early_numwant or late_numwant
    event = early_event if early_event is not None else late_event
    endpoint = address + number.to_bytes(2, "big")
    is_ipv4 = len(address) == 4
    return Announce(
        _identifier(info_hash, "info_hash"),
        _identifier(peer_id, "peer_id"),
        int(uploaded),
        int(downloaded),
        int(left),
        _EVENTS.get(event, NO_EVENT) if event else NO_EVENT,
        limits.numwant if numwant is None else min(int(numwant), limits.max_numwant),
        True,
        no_peer_id is not None,
        int(key, 16).to_bytes(4, "big") if key else NO_KEY,
        address,
        endpoint if is_ipv4 else None,
        None if is_ipv4 else endpoint,
    )


def parse_scrape(query: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[bytes, ...]:
    """The different info-hashes of a scrape, in the order given; raises TrackerError."""
    if len(query) > limits.scrape_length:
        raise TrackerError("The query string is too long.", "never")
    hashes: dict[bytes, None] = {}
    for pair in query.split(b"&"):
        name, _, value = pair.partition(b"=")
        if name == b"info_hash":
            hashes[_identifier(value, "info_hash")] = None
    if not hashes:
        raise TrackerError("The scrape names no info_hash.", "never")
    if len(hashes) > limits.scrape_hashes:
        raise TrackerError(
            f"The scrape names more than {limits.scrape_hashes} info-hashes.", "never"
        )
    return tuple(hashes)


def _parse_any(query: bytes, address: bytes, limits: Limits) -> Announce:
    parameters: dict[bytes, bytes] = {}
    for pair in query.split(b"&"):
        name, _, value = pair.partition(b"=")
        parameters.setdefault(name, value)
    port = _number(parameters, b"port")
    if not max(limits.min_port, 1) <= port <= 65535:
        raise _wrong_port(port)
    endpoint = address + port.to_bytes(2, "big")
    endpoint4, endpoint6 = (endpoint, None) if len(address) == 4 else (None, endpoint)
    if limits.address_parameters:
        if endpoint4 is None and b"ipv4" in parameters:
            claim = _text(parameters[b"ipv4"])
            endpoint4 = claimed_endpoint(claim, 4, address, port, limits.min_port)
        elif endpoint6 is None and b"ipv6" in parameters:
            claim = _text(parameters[b"ipv6"])
            endpoint6 = claimed_endpoint(claim, 6, address, port, limits.min_port)
    return Announce(
        _identifier(_required(parameters, b"info_hash"), "info_hash"),
        _identifier(_required(parameters, b"peer_id"), "peer_id"),
        _number(parameters, b"uploaded"),
        _number(parameters, b"downloaded"),
        _number(parameters, b"left"),
        _EVENTS.get(parameters.get(b"event", b""), NO_EVENT),
        _numwant(parameters.get(b"numwant", b""), limits),
        # Trackers may answer compactly unless asked not to (BEP 23).
        parameters.get(b"compact") != b"0",
        parameters.get(b"no_peer_id") == b"1",
        _key(parameters.get(b"key", b"")),
        address,
        endpoint4,
        endpoint6,
    )


def _wrong_port(port: int) -> TrackerError:
    return TrackerError(f"The port {port} is not allowed.", code="port")


def _unescape(value: bytes) -> bytes | None:
    """The bytes that a percent-encoded value stands for, None if an escape is invalid."""
    if len(value) == 60 and value[::3] == _PERCENTS:
        try:
            return unhexlify(value.replace(b"%", b""))
        except ValueError:
            return None
    # RFC 3986 gives "+" no meaning of its own, so its senders decide. Clients that leave a space
    # byte to a form encoder (anacrolix/torrent until 2021, MonoTorrent until 2024) send "+" for
    # 0x20; the usual clients escape 0x2B and never send a bare "+".
    if b"+" in value:
        value = value.replace(b"+", b" ")
    if b"%" not in value:
        return value
    if b"\\" not in value:
        # Python's own escapes are read in C, which is ten times faster than a loop.
        try:
            return value.replace(b"%", b"\\x").decode("unicode_escape").encode("latin-1")
        except UnicodeError:
            return None
    first, *rest = value.split(b"%")
    try:
        return first + b"".join([_ESCAPES[piece[:2]] + piece[2:] for piece in rest])
    except KeyError:
        return None


def _identifier(value: bytes, name: str) -> bytes:
    identifier = _unescape(value)
    if identifier is None:
        raise TrackerError(f"The {name} has an invalid percent escape.", "never")
    if len(identifier) != 20:
        raise TrackerError(f"The {name} has {len(identifier)} bytes instead of 20.", "never")
    return identifier


def _required(parameters: dict[bytes, bytes], name: bytes) -> bytes:
    value = parameters.get(name)
    if value is None:
        raise TrackerError(f"The parameter {name.decode()} is missing.", "never")
    return value


def _number(parameters: dict[bytes, bytes], name: bytes) -> int:
    value = _required(parameters, name)
    # bytes.isdigit knows the ASCII digits only.
    if not value.isdigit():
        raise TrackerError(f"The parameter {name.decode()} is not a number.", "never")
    if len(value) > 19 or (number := int(value)) > MAX_NUMBER:
        raise TrackerError(f"The parameter {name.decode()} is too large.", "never")
    return number


def _numwant(value: bytes, limits: Limits) -> int:
    # -1 is how the UDP protocol says "as many as you like" (BEP 15), and some send it here, too.
    if not value.isdigit():
        return limits.numwant
    return min(int(value[:19]), limits.max_numwant)


def _key(value: bytes) -> bytes:
    """Four bytes that are the same for the same key, however it is spelled; the UDP protocol's
    keys are the hexadecimal ones of HTTP."""
    if not value:
        return NO_KEY
    if _HEXADECIMAL_KEY.fullmatch(value):
        return int(value, 16).to_bytes(4, "big")
    return crc32(_unescape(value) or value).to_bytes(4, "big")


def _text(value: bytes) -> str:
    return (_unescape(value) or b"").decode("latin-1")
