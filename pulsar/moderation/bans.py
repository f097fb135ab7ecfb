"""Which addresses are kept out."""

from __future__ import annotations

import ipaddress
import threading
import time
from bisect import bisect_right
from typing import Any

import structlog
from pyramid.request import Request
from sqlalchemy import or_, select
from sqlalchemy.exc import SQLAlchemyError
from zope.interface import implementer

from ..db import utcnow
from ..interfaces import IDatabase, IIPBans
from .models import IPBan

log = structlog.get_logger(__name__)

#: Another process's ban is felt after so many seconds at the latest.
_REFRESH = 10


def ends(network: str) -> tuple[str, bytes, bytes]:
    """The network in its one spelling and its first and last address as 16 bytes.

    Raises ValueError for what is no network; host bits may be set.
    """
    found = ipaddress.ip_network(network, strict=False)
    return str(found), _packed(found[0]), _packed(found[-1])


def _packed(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bytes:
    """Sixteen bytes, IPv4 mapped into IPv6 (RFC 4291, 2.5.5.2)."""
    if isinstance(address, ipaddress.IPv4Address):
        return b"\0" * 10 + b"\xff\xff" + address.packed
    return address.packed


@implementer(IIPBans)
class IPBans:
    """The bans as sorted ranges in the process, so that asking costs neither SQL nor Redis."""

    def __init__(self, registry: Any) -> None:
        self._registry = registry
        self._lock = threading.Lock()
        self._firsts: list[bytes] = []
        self._lasts: list[bytes] = []
        self._read_at = float("-inf")

    def banned(self, address: str) -> bool:
        """Whether the address is in a banned network; what is no address is not."""
        try:
            packed = _packed(ipaddress.ip_address(address))
        except ValueError:
            return False
        if time.monotonic() - self._read_at > _REFRESH:
            self._read()
        with self._lock:
            place = bisect_right(self._firsts, packed)
            return place > 0 and self._lasts[place - 1] >= packed

    def changed(self, request: Request) -> None:
        """Read the bans again once the request has committed."""

        def read(success: bool) -> None:
            if success:
                self._read()

        request.tm.get().addAfterCommitHook(read)

    def _read(self) -> None:
        """Read the bans; while the database is away the old ones stay."""
        try:
            with self._registry.getUtility(IDatabase).session() as session:
                rows = session.execute(
                    select(IPBan.first, IPBan.last)
                    .where(or_(IPBan.expires.is_(None), IPBan.expires > utcnow()))
                    .order_by(IPBan.first)
                ).all()
        except SQLAlchemyError as error:
            log.warning("bans not read", error=type(error).__name__)
            rows = None
        with self._lock:
            self._read_at = time.monotonic()
            if rows is not None:
                self._firsts, self._lasts = _merged([(bytes(a), bytes(b)) for a, b in rows])


def _merged(ranges: list[tuple[bytes, bytes]]) -> tuple[list[bytes], list[bytes]]:
    """Overlapping ranges made one, so that the range before an address is the one to ask."""
    firsts: list[bytes] = []
    lasts: list[bytes] = []
    for first, last in ranges:
        if lasts and first <= lasts[-1]:
            lasts[-1] = max(lasts[-1], last)
        else:
            firsts.append(first)
            lasts.append(last)
    return firsts, lasts
