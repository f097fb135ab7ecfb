"""Where somebody comes from: the definition that limits, delays, bans and mails share.

An IPv4 address stands for itself, also where it is mapped into IPv6 (RFC 4291, 2.5.5.2). An IPv6
address stands for its /64, which is the least that one customer has (RFC 6177): whoever counts
single addresses of it counts to 2**64.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

#: What one customer has at the least.
PREFIX_LENGTH = 64
#: Stands for whatever is no address; all of it is counted together.
UNKNOWN = "unknown"

#: ``[IPv6]``, ``[IPv6]:port`` or ``IPv4:port``, as forwarding headers have them (RFC 7239, 6).
_BRACKETS = re.compile(r"\[(?P<address>[^\[\]]*)\](?::[0-9]{1,5})?", re.ASCII)
_PORT = re.compile(r"(?P<address>[0-9.]+):[0-9]{1,5}", re.ASCII)
#: No address with brackets, zone and port is longer.
_MOST_CHARACTERS = 100


def parse_address(text: str | None) -> IPv4Address | IPv6Address | None:
    """The address, None for what is none.

    A port, brackets and the zone of a link-local address, which names an interface of this machine,
    are cut off. IPv4 mapped into IPv6 becomes IPv4.
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
    """The address in its one spelling, at most 39 characters; empty for what is none."""
    address = parse_address(text)
    return "" if address is None else str(address)


def network_of(text: str | None) -> str:
    """The network that the address stands for, at most 42 characters; ``unknown`` for none."""
    address = parse_address(text)
    if address is None:
        return UNKNOWN
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, PREFIX_LENGTH), strict=False))
