"""Parsing the query strings of announces and scrapes (BEP 3, 7, 21, 23, 48).

Both are read from the raw query: an info-hash, a peer id and a key are arbitrary bytes, and
decoding them as text would change them.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import hexdigits
from typing import Literal, cast

from tracker.protocol.addresses import Family, claimed_endpoint, pack_address, unpack_address
from tracker.protocol.errors import TrackerError

Event = Literal["", "started", "completed", "stopped", "paused"]

MAX_NUMBER = 2**63 - 1

# BEP 3 allows "empty" for an announce without an event.
_EVENTS: dict[str, Event] = {
    "": "",
    "empty": "",
    "started": "started",
    "completed": "completed",
    "stopped": "stopped",
    "paused": "paused",
}
_IDENTIFIERS = ("info_hash", "peer_id")
_NUMBERS = ("port", "uploaded", "downloaded", "left", "numwant")
_OTHERS = ("event", "compact", "no_peer_id", "key", "ipv4", "ipv6")
_PARAMETERS = frozenset((*_IDENTIFIERS, *_NUMBERS, *_OTHERS))
_ESCAPES = {high + low: chr(int(high + low, 16)) for high in hexdigits for low in hexdigits}


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a query; lengths are bytes of the whole query string."""

    announce_length: int = 2048
    scrape_length: int = 8192
    scrape_hashes: int = 100
    min_port: int = 1024
    numwant: int = 50
    max_numwant: int = 100
    max_key: int = 64
    #: Trust `ipv4` and `ipv6`. BEP 7 now discourages this: a member could name a stranger's
    #: address.
    address_parameters: bool = True


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Announce:
    """One announce.

    `info_hash` and `peer_id` are 20 bytes; clients cut the SHA-256 of a v2 torrent to that length
    (BEP 52). `family` is that of the connection. `endpoint4` and `endpoint6` are packed, and
    their ports may differ from `port` where an address parameter brought its own.
    """

    info_hash: bytes
    peer_id: bytes
    port: int
    uploaded: int
    downloaded: int
    left: int
    event: Event
    numwant: int
    compact: bool
    no_peer_id: bool
    key: bytes | None
    family: Family
    endpoint4: bytes | None
    endpoint6: bytes | None

    @property
    def ipv4(self) -> str | None:
        """The IPv4 address of the peer."""
        return unpack_address(self.endpoint4[:-2]) if self.endpoint4 else None

    @property
    def ipv6(self) -> str | None:
        """The IPv6 address of the peer."""
        return unpack_address(self.endpoint6[:-2]) if self.endpoint6 else None

    @property
    def external_ip(self) -> bytes:
        """The packed address that the announce came from (BEP 24)."""
        return cast(bytes, self.endpoint4 if self.family == 4 else self.endpoint6)[:-2]


def parse_announce(
    query_string: str | bytes, peer_address: str, *, limits: Limits = DEFAULT_LIMITS
) -> Announce:
    """Read an announce that came from `peer_address`; raises TrackerError."""
    parameters = _parameters(_text(query_string, limits.announce_length))
    port = _number(parameters, "port")
    if not max(limits.min_port, 1) <= port <= 65535:
        raise TrackerError(f"The port {port} is not allowed.", code="port")
    event = _EVENTS.get(parameters.get("event", ""))
    if event is None:
        raise TrackerError("The event is unknown.", "never")
    key = _unescape(parameters["key"], "key") if "key" in parameters else None
    if key is not None and len(key) > limits.max_key:
        raise TrackerError("The key is too long.", "never")

    source = pack_address(peer_address)
    packed_port = port.to_bytes(2, "big")
    endpoint4, endpoint6 = (
        (source + packed_port, None) if len(source) == 4 else (None, source + packed_port)
    )
    if limits.address_parameters:
        if endpoint4 is None and "ipv4" in parameters:
            claim = _unescape(parameters["ipv4"], "ipv4").decode("latin-1")
            endpoint4 = claimed_endpoint(claim, 4, source, port, limits.min_port)
        elif endpoint6 is None and "ipv6" in parameters:
            claim = _unescape(parameters["ipv6"], "ipv6").decode("latin-1")
            endpoint6 = claimed_endpoint(claim, 6, source, port, limits.min_port)

    return Announce(
        info_hash=_identifier(parameters, "info_hash"),
        peer_id=_identifier(parameters, "peer_id"),
        port=port,
        uploaded=_number(parameters, "uploaded"),
        downloaded=_number(parameters, "downloaded"),
        left=_number(parameters, "left"),
        event=event,
        numwant=_numwant(parameters, limits),
        # Trackers may answer compactly unless asked not to (BEP 23).
        compact=parameters.get("compact") != "0",
        no_peer_id=parameters.get("no_peer_id") == "1",
        key=key,
        family=4 if len(source) == 4 else 6,
        endpoint4=endpoint4,
        endpoint6=endpoint6,
    )


def parse_scrape(
    query_string: str | bytes, *, limits: Limits = DEFAULT_LIMITS
) -> tuple[bytes, ...]:
    """The different info-hashes of a scrape, in the order given; raises TrackerError."""
    text = _text(query_string, limits.scrape_length)
    hashes: dict[bytes, None] = {}
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if name == "info_hash":
            hashes[_identifier({name: value}, name)] = None
    if not hashes:
        raise TrackerError("The scrape names no info_hash.", "never")
    if len(hashes) > limits.scrape_hashes:
        raise TrackerError(
            f"The scrape names more than {limits.scrape_hashes} info-hashes.", "never"
        )
    return tuple(hashes)


def _text(query: str | bytes, longest: int) -> str:
    if len(query) > longest:
        raise TrackerError("The query string is too long.", "never")
    if isinstance(query, bytes):
        return query.decode("latin-1")
    if not query.isascii() and max(query) > "\xff":
        raise TrackerError("The query string has characters that are not bytes.", "never")
    return query


def _parameters(query: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name in _PARAMETERS:
            if name in parameters:
                raise TrackerError(f"The parameter {name} is given twice.", "never")
            parameters[name] = value
    return parameters


def _unescape(value: str, name: str) -> bytes:
    # RFC 3986 gives "+" no meaning of its own, so its senders decide. Clients that leave a space
    # byte to a form encoder (anacrolix/torrent until 2021, MonoTorrent until 2024) send "+" for
    # 0x20; the usual clients escape 0x2B and never send a bare "+".
    if "+" in value:
        value = value.replace("+", " ")
    first, *rest = value.split("%")
    try:
        unescaped = first + "".join([_ESCAPES[piece[:2]] + piece[2:] for piece in rest])
    except KeyError:
        raise TrackerError(f"The {name} has an invalid percent escape.", "never") from None
    return unescaped.encode("latin-1")


def _identifier(parameters: dict[str, str], name: str) -> bytes:
    value = parameters.get(name)
    if value is None:
        raise TrackerError(f"The parameter {name} is missing.", "never")
    identifier = _unescape(value, name)
    if len(identifier) != 20:
        raise TrackerError(f"The {name} has {len(identifier)} bytes instead of 20.", "never")
    return identifier


def _number(parameters: dict[str, str], name: str) -> int:
    value = parameters.get(name)
    if value is None:
        raise TrackerError(f"The parameter {name} is missing.", "never")
    # The digits are ASCII: no other character of a single byte is a decimal digit.
    if not value.isdecimal():
        raise TrackerError(f"The parameter {name} is not a number.", "never")
    if len(value) > 19 or (number := int(value)) > MAX_NUMBER:
        raise TrackerError(f"The parameter {name} is too large.", "never")
    return number


def _numwant(parameters: dict[str, str], limits: Limits) -> int:
    # -1 is how the UDP protocol says "as many as you like" (BEP 15); some send it here, too.
    if parameters.get("numwant", "-1") == "-1":
        return limits.numwant
    return min(_number(parameters, "numwant"), limits.max_numwant)
