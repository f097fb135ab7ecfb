"""The answer to an announce, before it is encoded for a protocol."""

from __future__ import annotations

from typing import NamedTuple


class Answer(NamedTuple):
    """What a client is told.

    Intervals are seconds. ``downloaded`` counts the snatches of the torrent. ``peers4`` and
    ``peers6`` are packed endpoints of 6 and 18 bytes. ``peer_ids4`` and ``peer_ids6`` have 20
    bytes for each of them, or None if they were not asked for.
    """

    interval: int
    min_interval: int
    complete: int
    incomplete: int
    downloaded: int
    peers4: bytes
    peers6: bytes
    peer_ids4: bytes | None = None
    peer_ids6: bytes | None = None
