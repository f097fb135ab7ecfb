"""The origin of a request: the definition that limits, delays, bans and mails share.

An IPv4 address represents itself, even if it is mapped into IPv6 (RFC 4291, 2.5.5.2). An IPv6
address represents its /64, the smallest block that a customer gets (RFC 6177): if single addresses
were counted, one customer would have 2**64 of them.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

#: The smallest block that a customer gets.
PREFIX_LENGTH = 64
#: Stands for invalid addresses, which are all counted together.
UNKNOWN = "unknown"

#: ``[IPv6]``, ``[IPv6]:port`` or ``IPv4:port``, as in forwarding headers (RFC 7239, 6).
_BRACKETS = re.compile(r"\[(?P<address>[^\[\]]*)\](?::[0-9]{1,5})?", re.ASCII)
_PORT = re.compile(r"(?P<address>[0-9.]+):[0-9]{1,5}", re.ASCII)
#: No address with brackets, zone and port is longer.
_MOST_CHARACTERS = 100


def parse_address(text: str | None) -> IPv4Address | IPv6Address | None:
    """The address, or None if the text is not an address.

    A port, brackets and the zone of a link-local address, which names an interface of this machine,
    are removed. IPv4 mapped into IPv6 becomes IPv4.
    """
    text = (text or "")[:_MOST_CHARACTERS].strip()
    match = _BRACKETS.fullmatch(text) or _PORT.fullmatch(text)
    if match is not None:
        text = match["address"]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def address_of(text: str | None) -> str:
    """The normalised address, at most 39 characters; empty if the text is not an address."""
    address = parse_address(text)
    return "" if address is None else str(address)


def network_of(text: str | None) -> str:
    """The network of the address, at most 42 characters; ``unknown`` without a valid address."""
    address = parse_address(text)
    if address is None:
        return UNKNOWN
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, PREFIX_LENGTH), strict=False))
