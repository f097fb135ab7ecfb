"""The record of one announce in the journal, and of one peer that was dropped."""

from __future__ import annotations

import struct
from typing import NamedTuple

#: Values of ``Record.kind``.
ANNOUNCE, GONE = 1, 2

#: Bits of ``Record.flags``. SNATCHED: the session's completion was counted, now or before.
#: FINISHED: this announce says that the download is complete. FIRST: the peer was not known.
ACTIVE, PAUSED, LEECHED, SNATCHED, FINISHED, FIRST = 1, 2, 4, 8, 16, 32

RECORD = struct.Struct("<BBBHQQ20s6s18s4s9QIII3d")

NO_ENDPOINT4 = bytes(6)
NO_ENDPOINT6 = bytes(18)


class Record(NamedTuple):
    """The state of a peer after an announce, and what the announce adds to the accounts.

    Amounts are bytes, times are Unix time in seconds. Missing endpoints are zeros. ``event`` is
    numbered as in BEP 15, with 4 for "paused" (BEP 21). ``uploaded``, ``downloaded`` and ``left``
    are the counters of the session. ``up`` and ``down`` were measured, ``credit_up`` and
    ``credit_down`` are what the member gets after the rates of the torrent, ``refused_up`` and
    ``refused_down`` were implausible and are in no other sum. ``complete`` and ``incomplete`` are
    the size of the swarm afterwards. Of a dropped peer only its key, the size and ``now`` matter.
    """

    kind: int
    flags: int
    event: int
    sources: int
    torrent_id: int
    user_id: int
    peer_id: bytes
    endpoint4: bytes
    endpoint6: bytes
    key: bytes
    uploaded: int
    downloaded: int
    left: int
    up: int
    down: int
    credit_up: int
    credit_down: int
    refused_up: int
    refused_down: int
    seed_seconds: int
    complete: int
    incomplete: int
    now: float
    joined: float
    counted_at: float

    @classmethod
    def unpack(cls, data: bytes) -> Record:
        """The record in ``RECORD.size`` bytes."""
        return cls(*RECORD.unpack(data))
