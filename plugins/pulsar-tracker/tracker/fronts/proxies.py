"""The client's address in requests that come through a proxy."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from .addresses import pack


class TrustedProxies:
    """The networks whose ``X-Forwarded-For`` is believed."""

    def __init__(self, networks: Iterable[IPv4Network | IPv6Network] = ()) -> None:
        self._networks = [
            (
                network.max_prefixlen // 8,
                int(network.network_address),
                int(network.netmask),
            )
            for network in networks
        ]

    def trust(self, address: bytes) -> bool:
        """Whether the packed address is that of a trusted proxy."""
        if not self._networks:
            return False
        number = int.from_bytes(address, "big")
        return any(
            length == len(address) and number & mask == first
            for length, first, mask in self._networks
        )

    def client(self, forwarded: bytes) -> bytes:
        """The packed address of the last entry that is not a trusted proxy.

        If all are trusted it is the first one. Empty if that entry is not an address.
        """
        address = b""
        for entry in reversed(forwarded.split(b",")):
            address = pack(entry.decode("latin-1").strip().strip('"'))
            if not address or not self.trust(address):
                break
        return address


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Parse addresses and networks separated by spaces: ``127.0.0.1 10.0.0.0/8 ::1``."""
    try:
        return tuple(ip_network(word) for word in text.split())
    except ValueError as error:
        raise ValueError(
            "must be addresses or networks separated by blanks, e.g. 10.0.0.0/8"
        ) from error
