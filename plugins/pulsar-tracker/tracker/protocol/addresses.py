"""Internet addresses and endpoints in the packed form of compact peer lists.

An endpoint is 6 bytes (IPv4) or 18 bytes (IPv6): the address and the port in network byte order
(BEP 23, BEP 7).
"""

from __future__ import annotations

import ipaddress
import re
from socket import AF_INET, AF_INET6, inet_ntop
from typing import Literal

from pulsar.network import parse_address
from tracker.protocol.errors import TrackerError

Family = Literal[4, 6]

_IPV6_UNICAST = ipaddress.IPv6Network("2000::/3")
#: Loopback, private and shared (RFC 6598) networks, which only their own clients can reach.
_LOCAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "::1/128",
        "fc00::/7",
    )
)
_CLAIMS: dict[Family, re.Pattern[str]] = {
    4: re.compile(r"(?P<address>[0-9.]{7,15})(?::(?P<port>[0-9]{1,5}))?"),
    6: re.compile(r"\[?(?P<address>[0-9A-Fa-f:.]{2,45})(?:\]|\]:(?P<port>[0-9]{1,5}))?"),
}


def pack_address(address: str) -> bytes:
    """The 4 or 16 bytes of an address; an IPv4-mapped IPv6 address becomes IPv4.

    Raises TrackerError for a text that is not an address.
    """
    parsed = parse_address(address)
    if parsed is None:
        raise TrackerError("The address of the client is not an IP address.")
    return parsed.packed


def unpack_address(packed: bytes) -> str:
    """The text of an address of 4 or 16 bytes."""
    return inet_ntop(AF_INET if len(packed) == 4 else AF_INET6, packed)


def pack_endpoint(address: str, port: int) -> bytes:
    """The 6 or 18 bytes of an address and a port."""
    return pack_address(address) + port.to_bytes(2, "big")


def unpack_endpoint(endpoint: bytes) -> tuple[str, int]:
    """The address and the port of an endpoint of 6 or 18 bytes."""
    return unpack_address(endpoint[:-2]), int.from_bytes(endpoint[-2:], "big")


def claimed_endpoint(
    claim: str, family: Family, source: bytes, port: int, min_port: int
) -> bytes | None:
    """The endpoint that a client claims in the address family from which it does not announce.

    `claim` is an address, optionally with its own port: `1.2.3.4:5`, `2a00::1`, `[2a00::1]:5` (BEP
    7). Returns None for endpoints to which no other member could or should connect; a useless claim
    is no reason to refuse an otherwise valid announce.
    """
    match = _CLAIMS[family].fullmatch(claim)
    if match is None:
        return None
    if match["port"] is not None:
        port = int(match["port"])
    try:
        address = ipaddress.ip_address(match["address"])
    except ValueError:
        return None
    if address.version != family or not min_port <= port <= 65535:
        return None
    if not _is_public(address) and not (
        _is_local(address) and _is_local(ipaddress.ip_address(source))
    ):
        return None
    return address.packed + port.to_bytes(2, "big")


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if address.is_multicast or not address.is_global:
        return False
    return address.version == 4 or address in _IPV6_UNICAST


def _is_local(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(address in network for network in _LOCAL)
