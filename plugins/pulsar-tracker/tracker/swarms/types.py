"""The values that go into a swarm store and come out of it.

Times are Unix time in seconds, amounts are bytes, endpoints are packed (6 or 18 bytes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tracker.protocol.addresses import Family
from tracker.protocol.query import Announce, Event

PeerKey = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class SwarmRules:
    """The numbers that a swarm store goes by; seconds, and `max_speed` in bytes per second.

    `lag` is how long an announce can be under way: lower counters within that time of higher ones
    are late news of the same session, later they are a new session.
    """

    interval: int = 1800
    timeout: int = 7200
    max_locations: int = 3
    max_speed: int | None = 2 * 1024**3
    lag: int = 60


class Peer(NamedTuple):
    """One announce, as far as the swarm is concerned; `family` is that of the connection."""

    user_id: int
    peer_id: bytes
    endpoint4: bytes | None
    endpoint6: bytes | None
    family: Family
    uploaded: int
    downloaded: int
    left: int
    event: Event = ""

    @classmethod
    def from_announce(cls, user_id: int, announce: Announce) -> Peer:
        """The peer that this user's announce speaks for."""
        return cls(
            user_id,
            announce.peer_id,
            announce.endpoint4,
            announce.endpoint6,
            announce.family,
            announce.uploaded,
            announce.downloaded,
            announce.left,
            announce.event,
        )


class Rates(NamedTuple):
    """How much of what was measured is put down to the user's account, in percent.

    Freeleech is `download=0`, neutral is both 0, double upload is `upload=200`.
    """

    upload: int = 100
    download: int = 100


FULL_RATES = Rates()


class PeerRecord(NamedTuple):
    """All that is known of a peer of one torrent: what a database keeps to outlive a restart.

    `uploaded` and `downloaded` are the counters that the next announce is compared with. A peer
    that stopped is kept (`active` false) until it times out. `leeched`: was seen with something
    left. `snatched`: its completion was counted.
    """

    torrent_id: int
    user_id: int
    peer_id: bytes
    endpoint4: bytes | None
    endpoint6: bytes | None
    uploaded: int
    downloaded: int
    left: int
    paused: bool
    active: bool
    leeched: bool
    snatched: bool
    joined: float
    seen: float

    @property
    def key(self) -> PeerKey:
        """What identifies the peer: torrent, user, peer id."""
        return (self.torrent_id, self.user_id, self.peer_id)


class Counts(NamedTuple):
    """The size of a swarm; `downloaders` are the incomplete without partial seeds (BEP 21)."""

    complete: int = 0
    incomplete: int = 0
    downloaders: int = 0


class Sizes(NamedTuple):
    """The size of all swarms together."""

    swarms: int = 0
    complete: int = 0
    incomplete: int = 0


NO_PEERS = Counts()


class Outcome(NamedTuple):
    """What an announce led to.

    `peers4` and `peers6` are packed endpoints, `peer_ids4` and `peer_ids6` the 20 bytes for each
    of them when they were asked for. The deltas are what may be credited; what came faster than
    is possible is in `refused_uploaded` and `refused_downloaded` instead. `record` is None when a
    peer stopped that was unknown. `replaced` are peers of the same user that this one ousted.
    """

    counts: Counts
    record: PeerRecord | None = None
    peers4: bytes = b""
    peers6: bytes = b""
    peer_ids4: bytes = b""
    peer_ids6: bytes = b""
    uploaded_delta: int = 0
    downloaded_delta: int = 0
    refused_uploaded: int = 0
    refused_downloaded: int = 0
    seed_seconds: int = 0
    snatched: bool = False
    first_seen: bool = False
    replaced: tuple[PeerRecord, ...] = ()

    @property
    def implausible(self) -> bool:
        """Whether something was refused because nobody can be that fast."""
        return self.refused_uploaded > 0 or self.refused_downloaded > 0
