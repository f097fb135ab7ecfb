"""Which addresses are kept out."""

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

#: Another process's ban is felt after so many seconds at the latest.
_REFRESH = 10

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: Where IPv6 holds all of IPv4 (RFC 4291, 2.5.5.2).
MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_MAPPED_PREFIX = MAPPED.network_address.packed[:12]


def parse(network: str) -> Network:
    """The network in its one form: without host bits, IPv4 mapped into IPv6 as IPv4.

    A single IPv6 address is the /64 that it stands for, since whoever has one has all of it.
    Raises ValueError for what is no network of either family, and for zones of link-local ones.
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
    """The network in its one spelling and its first and last address as 16 bytes.

    Raises ValueError for what is no network.
    """
    parsed = parse(network)
    return str(parsed), _bytes(parsed[0]), _bytes(parsed[-1])


def packed(address: str) -> bytes | None:
    """The address as 16 bytes, None for what is no address."""
    parsed = parse_address(address)
    return None if parsed is None else _bytes(parsed)


def _bytes(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bytes:
    """Sixteen bytes, IPv4 mapped into IPv6."""
    if isinstance(address, ipaddress.IPv4Address):
        return _MAPPED_PREFIX + address.packed
    return address.packed


@implementer(IIPBans)
class IPBans:
    """The bans as sorted ranges in the process, so that asking costs neither SQL nor Redis."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._reading = threading.Lock()
        #: First and last addresses; replaced as one, so that nobody sees half of a change.
        self._ranges: tuple[list[bytes], list[bytes]] = ([], [])
        self._read_at = float("-inf")

    def banned(self, address: str) -> bool:
        """Whether the address is in a banned network; what is no address is not."""
        self._refresh()
        packed_address = packed(address) if self._ranges[0] else None
        return packed_address is not None and self._holds(packed_address)

    def covers(self, address: bytes) -> bool:
        """Whether an address of 4 or 16 bytes is in a banned network."""
        self._refresh()
        if not self._ranges[0]:
            return False
        return self._holds(_MAPPED_PREFIX + address if len(address) == 4 else address)

    def _refresh(self) -> None:
        if time.monotonic() - self._read_at > _REFRESH and self._reading.acquire(False):
            # Other threads use what was read before.
            try:
                self._read()
            finally:
                self._reading.release()

    def _holds(self, address: bytes) -> bool:
        firsts, lasts = self._ranges
        place = bisect_right(firsts, address)
        return place > 0 and lasts[place - 1] >= address

    def read(self) -> None:
        """Read the bans now; while the database is away the old ones stay."""
        with self._reading:
            self._read()

    def changed(self, request: Request) -> None:
        """Read the bans again once the request has committed."""

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
    """First and last addresses of sorted ranges, those that overlap made one.

    So the last range that begins before an address is the only one that may hold it.
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
