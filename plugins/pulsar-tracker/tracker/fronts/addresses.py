"""Packed network addresses: 4 or 16 bytes, IPv4 mapped into IPv6 always as IPv4."""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_pton

from pulsar.network import parse_address

_PREFIX_BYTES = 8


def pack(host: str) -> bytes:
    """The packed address of a socket's peer or of a forwarding header; empty if it is none."""
    try:
        return inet_pton(AF_INET, host)
    except (OSError, ValueError):
        pass
    try:
        packed = inet_pton(AF_INET6, host)
    except (OSError, ValueError):
        # With a port, brackets or a zone.
        parsed = parse_address(host)
        return b"" if parsed is None else parsed.packed
    return packed[12:] if packed.startswith(_MAPPED) else packed


def network(address: bytes) -> bytes:
    """What limits count as one network: an IPv4 address, or the /64 of an IPv6 address."""
    return address if len(address) == 4 else address[:_PREFIX_BYTES]


_MAPPED = bytes(10) + b"\xff\xff"
