"""One announce, as both protocols deliver it."""

from __future__ import annotations

from typing import NamedTuple

#: Events, numbered as in BEP 15; "paused" is from BEP 21.
NO_EVENT, COMPLETED, STARTED, STOPPED, PAUSED = range(5)

#: The key of a client that sends none.
NO_KEY = bytes(4)


class Announce(NamedTuple):
    """What a client reports.

    ``info_hash`` and ``peer_id`` are 20 bytes; clients cut the SHA-256 of a v2 torrent to that
    length (BEP 52). Counters are bytes of the client's session. ``key`` is 4 bytes by which a
    client proves that it is the same one under another address. ``address`` is the packed address
    from which the announce came. ``endpoint4`` and ``endpoint6`` are 6 and 18 bytes; their ports
    differ if an address parameter had its own (BEP 7).
    """

    info_hash: bytes
    peer_id: bytes
    uploaded: int
    downloaded: int
    left: int
    event: int
    numwant: int
    compact: bool
    no_peer_id: bool
    key: bytes
    address: bytes
    endpoint4: bytes | None
    endpoint6: bytes | None
