"""The service of banned networks."""

from __future__ import annotations

import ipaddress
import threading
import time
from bisect import bisect_right
from collections.abc import Iterable

import structlog
from sqlalchemy import or_, select
from sqlalchemy.exc import SQLAlchemyError
from zope.interface import implementer

from ..db import utcnow
from ..interfaces import IDatabase, IIPBans
from ..network import network_of, parse_address
from ..registry import Registry
from ..request import Request
from .models import IPBan

log = structlog.get_logger(__name__)

#: Seconds until bans by another process take effect here, at most.
_REFRESH = 10

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: The IPv6 network of IPv4-mapped addresses (RFC 4291, 2.5.5.2).
MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")


def parse(network: str) -> Network:
    """Return the network in its canonical form: without host bits, IPv4-mapped IPv6 as IPv4.

    A single IPv6 address becomes its /64, because customers usually have a whole /64. Raises
    ValueError for texts that are no network, and for addresses with a zone.
    """
    if "%" in network:
        raise ValueError("a zone means something on one machine only")
    if "/" not in network:
        address = ipaddress.ip_address(network)
        return ipaddress.ip_network(network_of(str(address)))
    parsed = ipaddress.ip_network(network, strict=False)
    if isinstance(parsed, ipaddress.IPv6Network) and parsed.subnet_of(MAPPED):
        first = int(parsed.network_address) & 0xFFFF_FFFF
        return ipaddress.IPv4Network((first, parsed.prefixlen - MAPPED.prefixlen))
    return parsed


def ends(network: str) -> tuple[str, bytes, bytes]:
    """Return the canonical spelling of the network, and its first and last address as 16 bytes.

    Raises ValueError for texts that are no network.
    """
    parsed = parse(network)
    return str(parsed), _bytes(parsed[0]), _bytes(parsed[-1])


def packed(address: str) -> bytes | None:
    """Return the address as 16 bytes, or None for texts that are no address."""
    parsed = parse_address(address)
    return None if parsed is None else _bytes(parsed)


def _bytes(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bytes:
    """Return 16 bytes, with IPv4 mapped into IPv6."""
    if isinstance(address, ipaddress.IPv4Address):
        return MAPPED.network_address.packed[:12] + address.packed
    return address.packed


@implementer(IIPBans)
class IPBans:
    """The bans as sorted ranges in memory, so that a check needs neither SQL nor Redis."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._reading = threading.Lock()
        #: First and last addresses. They are replaced together, so that no thread sees half of a
        #: change.
        self._ranges: tuple[list[bytes], list[bytes]] = ([], [])
        self._read_at = float("-inf")

    def banned(self, address: str) -> bool:
        """Return whether the address is in a banned network; False if the text is no address."""
        if time.monotonic() - self._read_at > _REFRESH and self._reading.acquire(False):
            # Other threads use the ranges read before until this thread has read them again.
            try:
                self._read()
            finally:
                self._reading.release()
        firsts, lasts = self._ranges
        packed_address = packed(address) if firsts else None
        if packed_address is None:
            return False
        place = bisect_right(firsts, packed_address)
        return place > 0 and lasts[place - 1] >= packed_address

    def read(self) -> None:
        """Read the bans immediately. If the database is unavailable, the previous bans stay."""
        with self._reading:
            self._read()

    def changed(self, request: Request) -> None:
        """Read the bans again after the request's commit."""

        def read(success: bool) -> None:
            if success:
                self.read()

        request.tm.get().addAfterCommitHook(read)

    def _read(self) -> None:
        try:
            with self._registry.getUtility(IDatabase).session() as session:
                rows = session.execute(
                    select(IPBan.first, IPBan.last)
                    .where(or_(IPBan.expires.is_(None), IPBan.expires > utcnow()))
                    .order_by(IPBan.first)
                ).all()
            self._ranges = merged((bytes(first), bytes(last)) for first, last in rows)
        except SQLAlchemyError as error:
            log.warning("bans not read", error=type(error).__name__)
        self._read_at = time.monotonic()


def merged(ranges: Iterable[tuple[bytes, bytes]]) -> tuple[list[bytes], list[bytes]]:
    """Return the first and last addresses of sorted ranges, with overlapping ranges merged.

    Therefore the last range that begins at or before an address is the only one that may contain
    it.
    """
    firsts: list[bytes] = []
    lasts: list[bytes] = []
    for first, last in ranges:
        if lasts and first <= lasts[-1]:
            lasts[-1] = max(lasts[-1], last)
        else:
            firsts.append(first)
            lasts.append(last)
    return firsts, lasts
